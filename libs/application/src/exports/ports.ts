/** The port of exports, and their errors. */
import { DomainError } from '@domain/errors.js';
import type { OrgId, UserId } from '@domain/ids.js';
import type { Claimed, WorkPolicy } from '../ports/durable-work.js';

/** An export that makes no progress is given up, since it keeps the next one from being requested. */
export const EXPORT_POLICY: WorkPolicy = {
  // Each step renews it.
  leaseSeconds: 120,
  sentSeconds: 120,
  backoff: { firstSeconds: 5, mostSeconds: 300 },
  giveUpAfter: { tries: 10 },
};

export interface ClaimedExport extends Claimed {
  readonly id: string;
  readonly orgId: OrgId;
}

export interface ExportStep {
  /** Rows that this step wrote; 0 with `finished` where there is nothing left. */
  readonly rows: number;
  readonly finished: boolean;
  /** The claim after the step: each step that succeeded resets the count of tries. */
  readonly claimed: ClaimedExport;
}

/** @see PostgresExports */
export abstract class Exports {
  /** The one in progress, if there is one. */
  abstract active(orgId: OrgId): Promise<string | null>;
  /**
   * False: another caller has just requested one.
   * @throws TooManyExports
   */
  abstract add(id: string, orgId: OrgId, requestedBy: UserId): Promise<boolean>;
  /** null: it has ended, or is claimed by another worker. */
  abstract claim(id: string, orgId: OrgId): Promise<ClaimedExport | null>;
  /**
   * Writes the next batch of rows and the position after it, in the caller's transaction: a worker that dies loses
   * nothing, and two write nothing twice. null: the caller has lost its claim.
   */
  abstract step(claimed: ClaimedExport): Promise<ExportStep | null>;
  abstract retry(claimed: ClaimedExport, seconds: number): Promise<void>;
  abstract giveUp(claimed: ClaimedExport): Promise<void>;
  /** The file of a ready export, chunk by chunk; each chunk is a gzip member. */
  abstract read(id: string, orgId: OrgId): AsyncIterable<Uint8Array>;
  /** Deletes exports that were ready a day ago; returns how many. */
  abstract expire(): Promise<number>;
  /** Gives up those whose tries are used up and whose worker was lost. */
  abstract giveUpStalled(): Promise<void>;
  /** Marks as sent, and returns, those that need a job: their next try is due, or their job or its worker was lost. */
  abstract requeueStalled(
    limit: number,
    queued: readonly string[],
  ): Promise<readonly { readonly id: string; readonly orgId: OrgId }[]>;
}

export class ExportNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such export, or it has expired.');
  }
}

/** Each export holds all data of the organisation, for a day. */
export class TooManyExports extends DomainError {
  constructor(most: number) {
    super('conflict', `At most ${most} exports are kept at once, each for a day. Fetch one of those, or wait.`, {
      most,
    });
  }
}

export class ExportNotReady extends DomainError {
  constructor() {
    super('conflict', 'The export is still being written.');
  }
}
