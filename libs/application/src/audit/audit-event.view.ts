/** A line of the audit log, as the API shows it. */

import type { AuditAction } from '../ports/audit.js';

export class AuditActorView {
  kind!: 'user' | 'service' | 'person' | 'system';
  /** The user's `sub`, the service's client id, or a person's id at the provider; null for the system itself. */
  id!: string | null;
  /** The member on whose behalf a service acted. */
  on_behalf_of!: string | null;
}

export class AuditEventView {
  id!: string;
  at!: string;
  actor!: AuditActorView;
  /** As `profile.switched`; `request.refused` for a request that was refused. */
  action!: AuditAction;
  /** What it was done to: an id as elsewhere in this API, a user id, or the organisation's. */
  subject!: string;
  /** Facts about it, by action. */
  details!: Record<string, unknown>;
}
