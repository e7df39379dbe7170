/** A browser came for a session that belongs to another one. */
import { Injectable } from '@nestjs/common';
import type { ConnectSession } from '@domain/connection/connect-session.js';
import { Audit } from '../ports/audit.js';
import { toWire } from '../wire-ids.js';
import { ConnectSessions } from './ports.js';

@Injectable()
export class Strangers {
  constructor(
    private readonly sessions: ConnectSessions,
    private readonly audit: Audit,
  ) {}

  /** Inside a run, with the session locked. One line in the log for each session, however often they come. */
  async seen(session: ConnectSession): Promise<void> {
    if (!session.cameFromElsewhere(await this.sessions.now())) return;
    await this.audit.record({
      orgId: session.orgId,
      by: 'system',
      action: 'connect_session.browser_mismatch',
      subject: toWire('csess', session.id),
      details: { outcome: 'browser_mismatch' },
    });
  }
}
