/** The provider sends the browser back: the state is used up, the code traded at once, the grant stored. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Connection } from '@domain/connection/connection.js';
import { AttemptUnknown, BrowserMismatch, type ConnectSession } from '@domain/connection/connect-session.js';
import type { ConnectionId, ConnectSessionId, OrgId } from '@domain/ids.js';
import { may, type Actor } from '@domain/organisation/role.js';
import type { ProviderName } from '@domain/platform.js';
import { Organisations } from '../organisations/ports.js';
import { Audit } from '../ports/audit.js';
import { Jobs } from '../ports/jobs.js';
import { ProviderFault } from '../ports/provider-fault.js';
import { Providers, type IssuedTokens, type Person } from '../ports/provider.js';
import { Vault } from '../ports/vault.js';
import { Clock, Digest, Randomness, Work } from '../ports/work.js';
import { CredentialSeal } from '../connections/credential-seal.js';
import { Connections, Credentials } from '../connections/ports.js';
import { Revocations } from '../letting-go/ports.js';
import { toWire } from '../wire-ids.js';
import { ConnectSessions, RedirectUris, type Attempt } from './ports.js';

export interface FinishedConnect {
  readonly sessionId: ConnectSessionId;
  readonly orgId: OrgId;
}

export class FinishConnect extends Command<FinishedConnect> {
  constructor(
    /** Whose callback path was called: each provider has its own, so that one cannot answer for the other. */
    readonly provider: ProviderName,
    readonly state: string,
    /** The code, or the provider's word for why there is none. */
    readonly answer: { readonly code: string } | { readonly error: string },
    readonly browserSecrets: readonly string[],
  ) {
    super();
  }
}

type Failure = Parameters<ConnectSession['fail']>[0];

@CommandHandler(FinishConnect)
export class FinishConnectHandler implements ICommandHandler<FinishConnect> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
    private readonly connections: Connections,
    private readonly credentials: Credentials,
    private readonly revocations: Revocations,
    private readonly organisations: Organisations,
    private readonly providers: Providers,
    private readonly redirectUris: RedirectUris,
    private readonly vault: Vault,
    private readonly seal: CredentialSeal,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly random: Randomness,
    private readonly digest: Digest,
    private readonly audit: Audit,
  ) {}

  async execute({ provider, state, answer, browserSecrets }: FinishConnect): Promise<FinishedConnect> {
    const used = await this.use(provider, state, browserSecrets);
    if (used.is === 'unknown') throw new AttemptUnknown();
    if (used.is === 'other_browser') throw new BrowserMismatch();
    // A second callback (a reload, a prefetching proxy) changes nothing and is shown what the first one came to.
    if (used.is === 'used') return used;

    const { attempt } = used;
    if ('error' in answer) {
      await this.fail(attempt, answer.error === 'access_denied' ? 'denied' : 'provider_error');
      return attempt;
    }
    let tokens: IssuedTokens | undefined;
    try {
      tokens = await this.exchange(attempt, state, answer.code);
      const person = await this.providers.of(provider).identify(tokens.accessToken);
      await this.store(attempt, tokens, person);
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error;
      await this.fail(attempt, 'provider_error', { code: error.code, provider_code: error.evidence.code });
    }
    return attempt;
  }

  /** An attempt of a session that waits for none any more counts as used: its code must not become a grant that nobody holds. */
  private use(
    provider: ProviderName,
    state: string,
    browserSecrets: readonly string[],
  ): ReturnType<ConnectSessions['consume']> {
    return this.work.run(async () => {
      const used = await this.sessions.consume(this.digest.of(state), {
        provider,
        redirectUri: this.redirectUris.of(provider),
        browserHashes: browserSecrets.map((secret) => this.digest.of(secret)),
      });
      if (used.is !== 'open') return used;
      const { sessionId, orgId } = used.attempt;
      const session = await this.sessions.get(sessionId, orgId);
      return session.pending ? used : { is: 'used', sessionId, orgId };
    });
  }

  /** Codes live for seconds and work once: no queue in between, and no second try. */
  private exchange(attempt: Attempt, state: string, code: string): Promise<IssuedTokens> {
    const { provider, redirectUri, codeVerifier, orgId } = attempt;
    return this.providers.of(provider).exchangeCode({
      code,
      redirectUri,
      ...(codeVerifier !== null && {
        codeVerifier: this.vault.open(codeVerifier, {
          table: 'oauth_attempt',
          column: 'code_verifier',
          rowId: this.digest.text(state),
          orgId,
          provider,
        }),
      }),
    });
  }

  /** Rights and membership are judged again now: whoever asked may have lost them at the provider's page. */
  private store({ sessionId, orgId, provider }: Attempt, tokens: IssuedTokens, person: Person): Promise<void> {
    return this.work.run(async () => {
      await this.organisations.lockUsage(orgId);
      const session = await this.sessions.get(sessionId, orgId);
      const asker = await this.askerOf(session);
      const existing = await this.connections.lockOf(provider, person.externalUserId, orgId);
      if (!session.pending) {
        // Ended while the code was traded in: by a disconnect, or by another attempt of the same session.
        if (existing === null) await this.letGo(orgId, provider, tokens, person);
        return;
      }

      const refusal: Failure | null =
        asker === null
          ? 'not_allowed'
          : session.reconnects !== null && session.reconnects !== existing?.id
            ? 'wrong_account'
            : null;
      if (asker === null || refusal !== null) {
        // The grant exists at the provider, but nobody here may have it.
        if (existing === null) await this.letGo(orgId, provider, tokens, person);
        session.fail(refusal ?? 'not_allowed');
        await this.audit.record({
          orgId,
          by: asker ?? 'system',
          action: 'connect_session.failed',
          subject: toWire('csess', sessionId),
          details: { outcome: refusal },
        });
        return;
      }

      const now = this.clock.now();
      const scopes = tokens.scopes ?? [];
      const id = existing?.id ?? this.random.id<ConnectionId>();
      if (existing === null) {
        const connection = Connection.open(id, orgId, provider, person, scopes, session.createdBy, now);
        await this.connections.add(connection);
      } else {
        existing.reauthorise(person, scopes, session.createdBy, now);
      }
      await this.credentials.replace(id, orgId, provider, this.seal.tokens(tokens, { id, orgId, provider }));
      session.granted(id);
      await this.jobs.send('discover-profiles', [{ orgId, sessionId }]);
      await this.audit.record({
        orgId,
        by: asker,
        action: existing === null ? 'connection.connected' : 'connection.reconnected',
        subject: toWire('conn', id),
        details: { provider, external_user_id: person.externalUserId },
      });
    });
  }

  private async askerOf(session: ConnectSession): Promise<Actor | null> {
    const standing = await this.organisations.standing(session.orgId, session.createdBy);
    if (standing === null || standing.role === null || standing.status === 'suspended') return null;
    const asker: Actor = { kind: 'member', userId: session.createdBy, role: standing.role };
    return may(asker, 'connect') ? asker : null;
  }

  private async letGo(orgId: OrgId, provider: ProviderName, tokens: IssuedTokens, person: Person): Promise<void> {
    const id = this.seal.revocationId();
    await this.revocations.add({
      id,
      orgId,
      disconnectionId: null,
      provider,
      externalUserId: person.externalUserId,
      ...this.seal.forRevocation(tokens, { id, orgId, provider }),
    });
    await this.jobs.send('revoke-grant', [{ revocationId: id }]);
  }

  private fail({ sessionId, orgId }: Attempt, outcome: Failure, details: object = {}): Promise<void> {
    return this.work.run(async () => {
      const session = await this.sessions.get(sessionId, orgId);
      session.fail(outcome);
      await this.audit.record({
        orgId,
        by: 'system',
        action: 'connect_session.failed',
        subject: toWire('csess', sessionId),
        details: { outcome, ...details },
      });
    });
  }
}
