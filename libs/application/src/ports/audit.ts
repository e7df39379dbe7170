/** Ports of the audit log: changes, written in the transaction of the change itself, and refusals. */
import type { OrgId, UserId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';

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
  'export.downloaded',
  'erasure.requested',
  'erasure.canceled',
  'request.refused',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The object of a change, or one that a detail names: shown by its id on the wire. */
export type AuditSubject =
  | { readonly kind: 'organisation'; readonly id: OrgId }
  | { readonly kind: 'member'; readonly id: UserId }
  | { readonly kind: 'connection' | 'connect_session' | 'profile' | 'export'; readonly id: string };

/** Facts that explain a change, never a secret; an `AuditSubject` in them is shown by its id on the wire. */
export type AuditDetails = Readonly<Record<string, unknown>>;

export interface AuditEntry {
  readonly orgId: OrgId;
  readonly by: Actor | 'system';
  readonly action: Exclude<AuditAction, 'request.refused'>;
  /** What it was done to. */
  readonly subject: AuditSubject;
  readonly details?: AuditDetails;
}

/** @see PostgresAudit */
export abstract class Audit {
  /** Inside a run: the line is stored if, and only if, the change is. */
  abstract record(entry: AuditEntry): Promise<void>;
  /** Many at once, in one statement. */
  abstract recordAll(entries: readonly AuditEntry[]): Promise<void>;
}

export interface Refusal {
  readonly orgId: OrgId;
  readonly by: Actor;
  /** The template, as `PATCH /v1/orgs/:org/profiles/:id`. */
  readonly route: string;
  /** As in the path: an id on the wire, or the organisation's. */
  readonly subject: string;
  /** The answer's code in the catalogue. */
  readonly code: string;
}

/** @see PostgresRefusals */
export abstract class Refusals {
  /**
   * In a transaction of its own, after the refused change has been rolled back. Of one caller at one route only the
   * first of each minute is written, so that no caller can fill the log by repeating a request.
   */
  abstract record(refusal: Refusal): Promise<void>;
}
