/** Marks a connection as needs_reauth, exactly once, and writes the audit event and the notice. */
import { Injectable } from '@nestjs/common';
import { ReconnectNeeded } from '@domain/connection/connection.js';
import type { ReauthReason } from '@domain/connection/health.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { Audit } from '../ports/audit.js';
import { Notices } from '../ports/notices.js';
import { Work } from '../ports/work.js';
import { Credentials, type MarkedForReauth } from './ports.js';

@Injectable()
export class ReauthMarker {
  constructor(
    private readonly work: Work,
    private readonly credentials: Credentials,
    private readonly notices: Notices,
    private readonly audit: Audit,
  ) {}

  /**
   * Returns only where a newer state was stored meanwhile: the caller then reads again.
   * @param lease of the process that called the provider: without it, a late refusal must not end a renewal in progress
   * @throws ReconnectNeeded
   */
  async markNeedsReauth(
    id: ConnectionId,
    orgId: OrgId,
    version: number,
    reason: ReauthReason,
    lease?: string,
  ): Promise<void> {
    const known = await this.work.run(async () => {
      const marked = await this.credentials.markNeedsReauth(id, orgId, version, reason, lease ?? null);
      if (marked !== 'overtaken' && !('before' in marked)) await this.tell(id, orgId, version, reason, marked);
      return marked;
    });
    if (known !== 'overtaken') throw new ReconnectNeeded('before' in known ? known.before : reason);
  }

  private async tell(
    id: ConnectionId,
    orgId: OrgId,
    version: number,
    reason: ReauthReason,
    { name, provider }: MarkedForReauth,
  ): Promise<void> {
    await this.audit.record({
      orgId,
      by: 'system',
      action: 'connection.needs_reauth',
      subject: { kind: 'connection', id },
      details: { reason },
    });
    await this.notices.raise({
      orgId,
      kind: 'reconnect_needed',
      subject: { kind: 'connection', id, name },
      event: `reconnect/${id}/${version}`,
      details: { reason, provider },
    });
  }
}
