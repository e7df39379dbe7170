/** A run of the sync log: its trigger, its state, and its errors. */
import { DomainError } from '../errors.js';

export const SYNC_TRIGGERS = ['schedule', 'manual', 'backfill'] as const;
export type SyncTrigger = (typeof SYNC_TRIGGERS)[number];

export const SYNC_STATES = ['queued', 'running', 'waiting', 'succeeded', 'partial', 'failed', 'canceled'] as const;
export type SyncState = (typeof SYNC_STATES)[number];

/** A profile has at most one run in these states. */
export const ACTIVE_SYNC_STATES = ['queued', 'running', 'waiting'] as const satisfies readonly SyncState[];

/** How a run that read everything it could ends: with posts but without their metrics it is `partial`. */
export function finalState(problems: readonly string[]): 'succeeded' | 'partial' {
  return problems.length === 0 ? 'succeeded' : 'partial';
}

export class SyncRunNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such sync run.');
  }
}

export class ProfileNotTracked extends DomainError {
  constructor() {
    super('conflict', 'This profile is not tracked. Switch Track on first.');
  }
}

/** The profile was switched off, disconnected or given to another run: this run writes nothing any more. */
export class SyncOvertaken extends DomainError {
  constructor() {
    super('conflict', 'The run was overtaken and ends here.');
  }
}
