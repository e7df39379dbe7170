/** An Admin asks to connect: a session that belongs to the browser in which it was asked for. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ATTEMPT_MINUTES, ConnectSession } from '@domain/connection/connect-session.js';
import { checkReturnTo } from '@domain/connection/return-to.js';
import type { ConnectionId, ConnectSessionId, OrgId } from '@domain/ids.js';
import { NotAllowed } from '@domain/organisation/organisation.js';
import { personOf, type Actor } from '@domain/organisation/role.js';
import type { ProviderName } from '@domain/platform.js';
import { Audit } from '../ports/audit.js';
import { Providers } from '../ports/provider.js';
import { Clock, Digest, Randomness, Work } from '../ports/work.js';
import { Connections } from '../connections/ports.js';
import { toWire } from '../wire-ids.js';
import { ConnectSessions, ReturnOrigins } from './ports.js';

export interface StartedConnect {
  readonly id: ConnectSessionId;
  /** For the link, and for nothing else: only its hash is kept. */
  readonly linkToken: string;
  /** For the asking browser's cookie: only its hash is kept. */
  readonly browserSecret: string;
  readonly expiresAt: Date;
}

export class StartConnect extends Command<StartedConnect> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly provider: ProviderName,
    readonly returnTo: string | null,
    readonly reconnects: ConnectionId | null,
  ) {
    super();
  }
}

@CommandHandler(StartConnect)
export class StartConnectHandler implements ICommandHandler<StartConnect> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
    private readonly connections: Connections,
    private readonly providers: Providers,
    private readonly returnOrigins: ReturnOrigins,
    private readonly clock: Clock,
    private readonly random: Randomness,
    private readonly digest: Digest,
    private readonly audit: Audit,
  ) {}

  async execute({ by, orgId, provider, returnTo, reconnects }: StartConnect): Promise<StartedConnect> {
    this.providers.of(provider);
    if (returnTo !== null) checkReturnTo(returnTo, this.returnOrigins.allowed);
    const asker = personOf(by);
    if (asker === null) throw new NotAllowed();

    const id = this.random.id<ConnectSessionId>();
    const linkToken = this.random.secret();
    const browserSecret = this.random.secret();
    const expiresAt = new Date(this.clock.now().getTime() + ATTEMPT_MINUTES * 60_000);
    await this.work.run(async () => {
      if (reconnects !== null) await this.connections.get(reconnects, orgId);
      const session = ConnectSession.start(id, orgId, provider, asker, reconnects, returnTo, expiresAt);
      await this.sessions.add(session, {
        link: this.digest.of(linkToken),
        browser: this.digest.of(browserSecret),
      });
      await this.audit.record({
        orgId,
        by,
        action: 'connect_session.started',
        subject: toWire('csess', id),
        details: { provider },
      });
    });
    return { id, linkToken, browserSecret, expiresAt };
  }
}
