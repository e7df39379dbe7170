/** The audit log: who did what to what, written in the transaction of the change itself. */
import type { OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';

export type AuditAction =
  | 'organisation.pushed'
  | 'member.pushed'
  | 'member.removed'
  | 'connect_session.started'
  | 'connect_session.failed'
  | 'connection.connected'
  | 'connection.reconnected'
  | 'connection.disconnected'
  | 'connection.needs_reauth'
  | 'profile.switched'
  | 'default.set'
  | 'default.cleared'
  | 'sync.requested';

export interface AuditEntry {
  readonly orgId: OrgId;
  readonly by: Actor | 'system';
  readonly action: AuditAction;
  /** Prefixed id or name of what it was done to. */
  readonly subject: string;
  /** Facts that explain the change. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export abstract class Audit {
  abstract record(entry: AuditEntry): Promise<void>;
}
