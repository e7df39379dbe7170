/** Revokes pending grants: their organisation is being erased, or their person asked for deletion. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import { Organisations } from '../organisations/ports.js';
import { Work } from '../ports/work.js';
import { GrantDisposal } from './grant-disposal.js';
import { ConnectSessions, ExchangedGrants, PendingGrants } from './ports.js';
import { SessionFailures } from './session-failures.js';

/**
 * To be called after the organisation's connections are deleted: a connection with the same person would delay the
 * revocation.
 * @throws OrganisationNotFound, ConnectSessionNotFound
 */
export class RevokePendingGrants extends Command<void> {
  /** @param sessionId this one alone; all of the organisation without it */
  constructor(
    readonly orgId: OrgId,
    readonly sessionId?: ConnectSessionId,
  ) {
    super();
  }
}

@CommandHandler(RevokePendingGrants)
export class RevokePendingGrantsHandler implements ICommandHandler<RevokePendingGrants> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly sessions: ConnectSessions,
    private readonly waiting: PendingGrants,
    private readonly exchanged: ExchangedGrants,
    private readonly disposal: GrantDisposal,
    private readonly failures: SessionFailures,
  ) {}

  execute({ orgId, sessionId: only }: RevokePendingGrants): Promise<void> {
    return this.work.run(async () => {
      await this.organisations.lockUsage(orgId);
      if (only === undefined) {
        for (const grant of await this.exchanged.giveUpAll(orgId))
          await this.disposal.revokeUnidentifiedLater(grant, 'superseded');
      }
      for (const sessionId of only === undefined ? await this.waiting.of(orgId) : [only]) {
        const grant = await this.waiting.take(sessionId, orgId);
        if (grant === null) continue;
        (await this.sessions.lock(sessionId, orgId)).fail('superseded');
        const revoked = await this.disposal.revokePendingLater(grant, null);
        await this.failures.record(grant, 'system', 'superseded', { revoked });
      }
    });
  }
}
