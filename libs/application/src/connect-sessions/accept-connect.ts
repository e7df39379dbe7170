/** Accepts the grant that a link brought: it becomes a connection, and its discovery begins. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AcceptanceNeedsPerson, ConnectSessionNotWaiting } from '@domain/connection/connect-errors.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import { personOf, type Actor } from '@domain/organisation/role.js';
import { Connections } from '../connections/ports.js';
import { Organisations } from '../organisations/ports.js';
import { Audit } from '../ports/audit.js';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { GrantIntake } from './grant-intake.js';
import { ConnectSessions, PendingGrants } from './ports.js';

/**
 * @throws OrganisationNotFound, AcceptanceNeedsPerson, ConnectSessionNotFound, ConnectSessionNotWaiting,
 *   ConnectSessionExpired
 */
export class AcceptConnect extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly sessionId: ConnectSessionId,
  ) {
    super();
  }
}

@CommandHandler(AcceptConnect)
export class AcceptConnectHandler implements ICommandHandler<AcceptConnect> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly sessions: ConnectSessions,
    private readonly waiting: PendingGrants,
    private readonly connections: Connections,
    private readonly grants: GrantIntake,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

  async execute({ by, orgId, sessionId }: AcceptConnect): Promise<void> {
    await this.work.run(async () => {
      await this.organisations.lockUsage(orgId);
      await this.sessions.get(sessionId, orgId);
      const grant = await this.waiting.take(sessionId, orgId);
      if (grant === null) throw new ConnectSessionNotWaiting();
      const userId = personOf(by);
      if (userId === null) throw new AcceptanceNeedsPerson();
      const { provider, person } = grant;
      const existing = await this.connections.lockOf(provider, person.externalUserId, orgId);
      const id = await this.grants.storePending(grant, existing, by, userId);
      const session = await this.sessions.lock(sessionId, orgId);
      session.accept(id, await this.sessions.now());
      await this.jobs.send('discover-profiles', [{ orgId, sessionId }]);
      await this.audit.record({
        orgId,
        by,
        action: 'connect_session.accepted',
        subject: { kind: 'connect_session', id: sessionId },
        details: { provider, connection: { kind: 'connection', id }, renewed: existing !== null },
      });
    });
  }
}
