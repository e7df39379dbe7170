/** Ends sessions that were not finished or decided in time, and revokes their pending grants. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Connections } from '../connections/ports.js';
import { Organisations } from '../organisations/ports.js';
import { Work } from '../ports/work.js';
import { GrantDisposal } from './grant-disposal.js';
import { ConnectSessions, PendingGrants, type SessionKey } from './ports.js';
import { SessionFailures } from './session-failures.js';

const BATCH = 100;

/**
 * Returns how many sessions it ended.
 * @throws OrganisationNotFound, ConnectSessionNotFound, Error where a session was deleted or changed meanwhile
 */
export class ExpireSessions extends Command<number> {}

@CommandHandler(ExpireSessions)
export class ExpireSessionsHandler implements ICommandHandler<ExpireSessions> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly sessions: ConnectSessions,
    private readonly waiting: PendingGrants,
    private readonly connections: Connections,
    private readonly disposal: GrantDisposal,
    private readonly failures: SessionFailures,
  ) {}

  async execute(): Promise<number> {
    let ended = 0;
    for (;;) {
      const overdue = await this.work.run(() => this.sessions.overdue(BATCH));
      let now = 0;
      for (const key of overdue) if (await this.expire(key)) now += 1;
      ended += now;
      if (overdue.length < BATCH || now === 0) return ended;
    }
  }

  /** Each in its own run, so that no two organisations are locked at once. */
  private expire(key: SessionKey): Promise<boolean> {
    const { sessionId, orgId } = key;
    return this.work.run(async () => {
      await this.organisations.lockUsage(orgId);
      // It may have been decided or ended meanwhile.
      if ((await this.sessions.get(sessionId, orgId)).over) return false;
      const grant = await this.waiting.take(sessionId, orgId);
      const existing =
        grant === null ? null : await this.connections.lockOf(grant.provider, grant.person.externalUserId, orgId);
      const outcome = (await this.sessions.lock(sessionId, orgId)).expire(await this.sessions.now());
      if (outcome === null) throw new Error(`Session ${sessionId} was overdue, and is not.`);
      const revoked = grant === null ? {} : { revoked: await this.disposal.revokePendingLater(grant, existing) };
      await this.failures.record(key, 'system', outcome, revoked);
      return true;
    });
  }
}
