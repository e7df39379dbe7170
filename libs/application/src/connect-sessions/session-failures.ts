/** Ends connect sessions as failed, and writes that to the audit log. */
import { Injectable } from '@nestjs/common';
import type { ConnectSession, FailedOutcome } from '@domain/connection/connect-session.js';
import type { ProviderError } from '@domain/connection/provider-error.js';
import type { Actor } from '@domain/organisation/role.js';
import { Audit, type AuditDetails } from '../ports/audit.js';
import type { SessionKey } from './ports.js';

@Injectable()
export class SessionFailures {
  constructor(private readonly audit: Audit) {}

  /** Inside a run, with the session locked. */
  fail(
    session: ConnectSession,
    outcome: FailedOutcome,
    details: AuditDetails = {},
    providerError: ProviderError | null = null,
  ): Promise<void> {
    session.fail(outcome, providerError);
    return this.record({ sessionId: session.id, orgId: session.orgId }, 'system', outcome, details);
  }

  /** Inside the run that ended the session. */
  record(
    { sessionId, orgId }: SessionKey,
    by: Actor | 'system',
    outcome: FailedOutcome,
    details: AuditDetails = {},
  ): Promise<void> {
    return this.audit.record({
      orgId,
      by,
      action: 'connect_session.failed',
      subject: { kind: 'connect_session', id: sessionId },
      details: { outcome, ...details },
    });
  }
}
