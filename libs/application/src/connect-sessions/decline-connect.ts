/** Declines the grant that a link brought: it is deleted here and revoked at the provider. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ConnectSessionNotWaiting } from '@domain/connection/connect-errors.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { Connections } from '../connections/ports.js';
import { Organisations } from '../organisations/ports.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { GrantDisposal } from './grant-disposal.js';
import { ConnectSessions, PendingGrants } from './ports.js';

/** @throws OrganisationNotFound, ConnectSessionNotFound, ConnectSessionNotWaiting, ConnectSessionExpired */
export class DeclineConnect extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly sessionId: ConnectSessionId,
  ) {
    super();
  }
}

@CommandHandler(DeclineConnect)
export class DeclineConnectHandler implements ICommandHandler<DeclineConnect> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly sessions: ConnectSessions,
    private readonly waiting: PendingGrants,
    private readonly connections: Connections,
    private readonly disposal: GrantDisposal,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, sessionId }: DeclineConnect): Promise<void> {
    return this.work.run(async () => {
      await this.organisations.lockUsage(orgId);
      await this.sessions.get(sessionId, orgId);
      const grant = await this.waiting.take(sessionId, orgId);
      if (grant === null) throw new ConnectSessionNotWaiting();
      const existing = await this.connections.lockOf(grant.provider, grant.person.externalUserId, orgId);
      (await this.sessions.lock(sessionId, orgId)).decline(await this.sessions.now());
      await this.audit.record({
        orgId,
        by,
        action: 'connect_session.declined',
        subject: { kind: 'connect_session', id: sessionId },
        details: {
          outcome: 'declined',
          provider: grant.provider,
          external_user_id: grant.person.externalUserId,
          revoked: await this.disposal.revokePendingLater(grant, existing),
        },
      });
    });
  }
}
