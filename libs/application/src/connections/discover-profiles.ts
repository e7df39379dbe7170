/** What does the new grant reach? Every account found becomes a profile, parked, also where it cannot be used. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ConnectionId, ConnectSessionId, OrgId } from '@domain/ids.js';
import { ConnectSessions } from '../connecting/ports.js';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { Connections } from './ports.js';
import { Rediscovery } from './rediscovery.js';

export class DiscoverProfiles extends Command<void> {
  constructor(
    readonly orgId: OrgId,
    readonly sessionId: ConnectSessionId,
    /** No other try follows: a failure then ends the session. */
    readonly lastTry: boolean,
  ) {
    super();
  }
}

@CommandHandler(DiscoverProfiles)
export class DiscoverProfilesHandler implements ICommandHandler<DiscoverProfiles> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
    private readonly connections: Connections,
    private readonly rediscovery: Rediscovery,
    private readonly jobs: Jobs,
  ) {}

  async execute({ orgId, sessionId, lastTry }: DiscoverProfiles): Promise<void> {
    const session = await this.work.run(() => this.sessions.get(sessionId, orgId));
    const { connectionId } = session.result;
    if (session.over || connectionId === null) return;
    try {
      const found = await this.rediscovery.of(connectionId, orgId, (n) => void this.progress(sessionId, orgId, n));
      await this.work.run(async () => {
        const discovering = await this.sessions.get(sessionId, orgId);
        if (found.overtaken) return discovering.fail('superseded');
        const gaps = found.missingScopes.length > 0 ? 'missing_scopes' : 'connected';
        discovering.complete(found.usableProfiles === 0 ? 'no_usable_profiles' : gaps);
        await this.recheckOthers(connectionId, orgId);
      });
    } catch (error) {
      if (lastTry) await this.work.run(async () => (await this.sessions.get(sessionId, orgId)).fail('provider_error'));
      throw error;
    }
  }

  /** A provider keeps one grant per person and app: a new consent may have taken something from everybody else. */
  private async recheckOthers(connectionId: ConnectionId, orgId: OrgId): Promise<void> {
    const others = await this.connections.ofSamePerson(await this.connections.get(connectionId, orgId));
    await this.jobs.send(
      'recheck-connection',
      others.map((other) => ({ orgId: other.orgId, connectionId: other.id })),
    );
  }

  /** Shown while the session is discovering; a lost update costs nothing. */
  private async progress(sessionId: ConnectSessionId, orgId: OrgId, found: number): Promise<void> {
    await this.work.run(() => this.sessions.discovered(sessionId, orgId, found)).catch(() => undefined);
  }
}
