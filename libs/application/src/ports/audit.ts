/** The audit log: who did what to what, written in the transaction of the change itself; and what was refused to whom. */
import type { OrgId, UserId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import type { WireId } from '../wire-ids.js';

export const AUDIT_ACTIONS = [
  'organisation.pushed',
  'member.pushed',
  'member.removed',
  'connect_session.started',
  'connect_session.awaits_acceptance',
  'connect_session.accepted',
  'connect_session.declined',
  'connect_session.withdrawn',
  'connect_session.completed',
  'connect_session.failed',
  'connect_session.browser_mismatch',
  'connection.connected',
  'connection.reconnected',
  'connection.disconnected',
  'connection.needs_reauth',
  'profile.switched',
  'default.set',
  'default.cleared',
  'sync.requested',
  'export.requested',
  'erasure.requested',
  'erasure.canceled',
  'request.refused',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** As it is called outside: the id on the wire; organisations and members go by the names that their owners gave them. */
export type AuditSubject = WireId | OrgId | UserId;

export interface AuditEntry {
  readonly orgId: OrgId;
  readonly by: Actor | 'system';
  readonly action: Exclude<AuditAction, 'request.refused'>;
  /** What it was done to. */
  readonly subject: AuditSubject;
  /** Facts that explain the change. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export abstract class Audit {
  /** In the transaction of the change: both are there, or neither is. */
  abstract record(entry: AuditEntry): Promise<void>;
  /** Many at once, in one statement. */
  abstract recordAll(entries: readonly AuditEntry[]): Promise<void>;
}

export interface Refusal {
  readonly orgId: OrgId;
  readonly by: Actor;
  /** The template, as `PATCH /v1/orgs/:org/profiles/:id`. */
  readonly route: string;
  readonly subject: AuditSubject;
  /** The answer's code in the catalogue. */
  readonly code: string;
}

export abstract class Refusals {
  /**
   * In a transaction of its own, after what was refused has been rolled back. Of one caller at one route only the first
   * of each minute is written, so that nobody can fill the log by asking again.
   */
  abstract record(refusal: Refusal): Promise<void>;
}
