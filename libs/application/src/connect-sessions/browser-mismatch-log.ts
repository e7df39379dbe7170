/**
 * Checks that a session is continued by its own browser, the one that asked or the one that claimed its link, and
 * records others.
 */
import { Injectable } from '@nestjs/common';
import type { ConnectSession } from '@domain/connection/connect-session.js';
import { Audit } from '../ports/audit.js';
import { Digest } from '../ports/work.js';
import { sameBytes } from '../same-bytes.js';
import { ConnectSessions } from './ports.js';

@Injectable()
export class BrowserMismatchLog {
  constructor(
    private readonly sessions: ConnectSessions,
    private readonly digest: Digest,
    private readonly audit: Audit,
  ) {}

  /**
   * Inside a run, with the session locked. A browser mismatch is recorded.
   * @param owner null: a link that no browser has claimed, which any browser may continue
   */
  async admits(session: ConnectSession, owner: Uint8Array | null, secrets: readonly string[]): Promise<boolean> {
    if (owner === null || secrets.some((secret) => sameBytes(this.digest.of(secret), owner))) return true;
    await this.record(session);
    return false;
  }

  /**
   * Inside a run, with the session locked. Writes one line to the audit log for each session, however often a mismatch
   * occurs.
   */
  async record(session: ConnectSession): Promise<void> {
    if (!session.cameFromElsewhere(await this.sessions.now())) return;
    await this.audit.record({
      orgId: session.orgId,
      by: 'system',
      action: 'connect_session.browser_mismatch',
      subject: { kind: 'connect_session', id: session.id },
      details: { outcome: 'browser_mismatch' },
    });
  }
}
