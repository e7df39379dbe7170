/** Starts a connect session: for the browser of the caller, or as a link that can be sent. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ConnectionAtOtherProvider, TooManyConnectSessions } from '@domain/connection/connect-errors.js';
import {
  ConnectSession,
  type Asker,
  type ConnectIntent,
  type SessionKind,
} from '@domain/connection/connect-session.js';
import { checkReturnTo } from '@domain/connection/return-to.js';
import type { ConnectionId, ConnectSessionId, OrgId } from '@domain/ids.js';
import { personOf, type Actor } from '@domain/organisation/role.js';
import type { ProviderName } from '@domain/platform.js';
import { Connections } from '../connections/ports.js';
import { Audit } from '../ports/audit.js';
import { Providers } from '../ports/providers.js';
import { Digest, Randomness, Work } from '../ports/work.js';
import { ConnectSessions, ReturnOrigins } from './ports.js';

export interface ConnectWish {
  readonly provider: ProviderName;
  readonly kind: SessionKind;
  readonly intent: ConnectIntent;
  readonly returnTo: string | null;
  readonly reconnects: ConnectionId | null;
}

export interface StartedConnect {
  readonly id: ConnectSessionId;
  readonly kind: SessionKind;
  /** The secret of the link: only its hash is stored. */
  readonly linkToken: string;
  /** The secret for the caller's cookie: only its hash is stored. null: a link, whose browser is not known yet. */
  readonly browserSecret: string | null;
  readonly expiresAt: Date;
}

/** How many sessions of an organisation may be open at once; a link is open for up to three days. */
const MOST_OPEN = 500;

/**
 * @throws TooManyConnectSessions, ProviderNotConfigured, ReturnToRefused, ConnectionNotNamed, ConnectionNotFound,
 *   ConnectionAtOtherProvider
 */
export class StartConnect extends Command<StartedConnect> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly wish: ConnectWish,
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
    private readonly random: Randomness,
    private readonly digest: Digest,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, wish }: StartConnect): Promise<StartedConnect> {
    const { provider, returnTo, reconnects, intent } = wish;
    this.providers.authorizationServer(provider);
    if (returnTo !== null) checkReturnTo(returnTo, this.returnOrigins.allowed);
    // A service on no member's behalf has no browser, so its sessions are links.
    const kind = personOf(by) === null ? 'link' : wish.kind;
    const linkToken = this.random.secret();
    const browserSecret = kind === 'link' ? null : this.random.secret();

    return this.work.run(async () => {
      if (reconnects !== null && (await this.connections.get(reconnects, orgId)).provider !== provider) {
        throw new ConnectionAtOtherProvider(provider);
      }
      if ((await this.sessions.countOpen(orgId)) >= MOST_OPEN) throw new TooManyConnectSessions(MOST_OPEN);
      const session = ConnectSession.start(
        this.random.id<ConnectSessionId>(),
        orgId,
        provider,
        askerOf(by),
        { kind, intent, reconnects, returnTo },
        await this.sessions.now(),
      );
      await this.sessions.add(session, {
        link: this.digest.of(linkToken),
        browser: browserSecret === null ? null : this.digest.of(browserSecret),
      });
      await this.audit.record({
        orgId,
        by,
        action: 'connect_session.started',
        subject: { kind: 'connect_session', id: session.id },
        details: {
          provider,
          kind,
          intent,
          reconnects: reconnects === null ? null : { kind: 'connection', id: reconnects },
        },
      });
      return { id: session.id, kind, linkToken, browserSecret, expiresAt: session.openUntil };
    });
  }
}

function askerOf(by: Actor): Asker {
  return { userId: personOf(by), clientId: by.kind === 'service' ? by.clientId : null };
}
