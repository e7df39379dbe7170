/** The provider sends the browser back: the state is used up, the code traded at once, the grant kept or put aside. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AttemptUnknown, BrowserMismatch } from '@domain/connection/connect-errors.js';
import type { ConnectSession, FailedOutcome } from '@domain/connection/connect-session.js';
import { kindOf, type ProviderError } from '@domain/connection/provider-error.js';
import type { Connection } from '@domain/connection/connection.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import type { ProviderName } from '@domain/platform.js';
import { Connections } from '../connections/ports.js';
import { ProviderGrants } from '../letting-go/ports.js';
import { Organisations } from '../organisations/ports.js';
import { Audit } from '../ports/audit.js';
import { Jobs } from '../ports/jobs.js';
import { ProviderFault, ProviderUnavailable } from '../ports/provider-fault.js';
import { Providers, type IssuedTokens, type Person } from '../ports/provider.js';
import { Vault } from '../ports/vault.js';
import { Digest, Work } from '../ports/work.js';
import { toWire } from '../wire-ids.js';
import { Askers } from './askers.js';
import { FreshGrants, type FreshGrant } from './fresh-grants.js';
import { ConnectSessions, RedirectUris, type Attempt, type Consumed } from './ports.js';
import { Strangers } from './strangers.js';

/** As long as a revocation may take. */
const REVOKING_PATIENCE_MS = 35_000;
const REVOKING_POLL_MS = 250;

export interface FinishedConnect {
  readonly sessionId: ConnectSessionId;
  readonly orgId: OrgId;
}

/** Throws `AttemptUnknown`, `BrowserMismatch`; whatever else happens becomes the session's outcome. */
export class FinishConnect extends Command<FinishedConnect> {
  constructor(
    /** Whose callback path was called: each provider has its own, so that one cannot answer for the other. */
    readonly provider: ProviderName,
    readonly state: string,
    /** The code, or what the provider sent instead of one. */
    readonly answer: { readonly code: string } | { readonly error: ProviderError },
    /** Of the browser's cookies that may be of this session. */
    readonly browserSecrets: readonly string[],
    /** Who says that it answers (RFC 9207); null where nobody says. */
    readonly issuer: string | null = null,
  ) {
    super();
  }
}

@CommandHandler(FinishConnect)
export class FinishConnectHandler implements ICommandHandler<FinishConnect> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
    private readonly strangers: Strangers,
    private readonly askers: Askers,
    private readonly grants: FreshGrants,
    private readonly connections: Connections,
    private readonly providerGrants: ProviderGrants,
    private readonly organisations: Organisations,
    private readonly providers: Providers,
    private readonly redirectUris: RedirectUris,
    private readonly vault: Vault,
    private readonly jobs: Jobs,
    private readonly digest: Digest,
    private readonly audit: Audit,
  ) {}

  async execute({ provider, state, answer, issuer, browserSecrets }: FinishConnect): Promise<FinishedConnect> {
    // Before the state is used up: an answer of somebody else's must not spoil it.
    const expected = this.providers.of(provider).issuer;
    if (expected !== null && issuer !== null && issuer !== expected) throw new AttemptUnknown();

    const used = await this.use(provider, state, browserSecrets);
    if (used.is === 'unknown') throw new AttemptUnknown();
    if (used.is === 'other_browser') throw new BrowserMismatch();
    // A second callback (a reload, a prefetching proxy) changes nothing and is shown what the first one came to.
    if (used.is === 'used') return used;

    const { attempt } = used;
    if ('error' in answer) {
      const { error } = answer;
      const outcome = kindOf(error) === 'denied' ? 'denied' : 'provider_error';
      await this.fail(attempt, outcome, { provider_error: error }, error);
      return attempt;
    }
    try {
      const tokens = await this.exchange(attempt, state, answer.code);
      const person = await this.providers.of(provider).identify(tokens.accessToken);
      await this.storeOnceFree(attempt, tokens, person);
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error;
      await this.fail(attempt, 'provider_error', { code: error.code, provider_code: error.evidence.code });
    }
    return attempt;
  }

  /** An attempt of a session that waits for none any more counts as used: its code must not become a grant that nobody holds. */
  private use(provider: ProviderName, state: string, browserSecrets: readonly string[]): Promise<Consumed> {
    return this.work.run(async () => {
      const used = await this.sessions.consume(this.digest.of(state), {
        provider,
        redirectUri: this.redirectUris.of(provider),
        browserHashes: browserSecrets.map((secret) => this.digest.of(secret)),
      });
      if (used.is === 'other_browser') {
        const { sessionId, orgId } = used;
        const session = await this.sessions.lock(sessionId, orgId);
        // Its own browser gives up the cookie with the end of the session; the outcome names nothing to another one.
        if (!session.pending) return { is: 'used', sessionId, orgId };
        await this.strangers.seen(session);
      }
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

  /**
   * Meta knows one grant per app and person. Where another connection's end is revoking it at this moment, the new token
   * may go with it: so that end is awaited, and the token tried again before it is kept.
   */
  private async storeOnceFree(attempt: Attempt, tokens: IssuedTokens, person: Person): Promise<void> {
    for (const end = Date.now() + REVOKING_PATIENCE_MS; !(await this.store(attempt, tokens, person));) {
      if (Date.now() > end) throw new ProviderUnavailable({ provider: attempt.provider });
      await sleep(REVOKING_POLL_MS);
      await this.providers.of(attempt.provider).identify(tokens.accessToken);
    }
  }

  /**
   * Rights and membership are judged again now: whoever asked may have lost them while the person was at the provider.
   * @returns false where the grant is being revoked at this moment
   */
  private store({ sessionId, orgId, provider }: Attempt, tokens: IssuedTokens, person: Person): Promise<boolean> {
    return this.work.run(async () => {
      await this.organisations.lockUsage(orgId);
      if (!(await this.providerGrants.hold(provider, person.externalUserId))) return false;
      const existing = await this.connections.lockOf(provider, person.externalUserId, orgId);
      const session = await this.sessions.lock(sessionId, orgId);
      const grant: FreshGrant = { orgId, provider, person, tokens, consentedAt: await this.sessions.now() };
      await this.settle(session, grant, existing);
      return true;
    });
  }

  private async settle(session: ConnectSession, grant: FreshGrant, existing: Connection | null): Promise<void> {
    if (!session.pending) {
      // Ended while the code was traded in: by a disconnect, or by another attempt of the same session.
      await this.grants.letGo(grant, existing);
      return;
    }
    const asker = await this.askers.of(session);
    if (asker === null) return this.refuse(session, 'not_allowed', grant, existing);
    if (session.reconnects !== null && session.reconnects !== existing?.id) {
      return this.refuse(session, 'wrong_account', grant, existing);
    }
    // Only a link can have been asked for by a service.
    return session.kind === 'link' || asker.kind === 'service'
      ? this.putAside(session, grant, existing)
      : this.keep(session, grant, existing, asker);
  }

  private async keep(
    session: ConnectSession,
    grant: FreshGrant,
    existing: Connection | null,
    by: Extract<Actor, { kind: 'member' }>,
  ): Promise<void> {
    const { id: sessionId, orgId } = session;
    session.granted(await this.grants.keep(grant, existing, by, by.userId), grant.consentedAt);
    await this.jobs.send('discover-profiles', [{ orgId, sessionId }]);
  }

  private async putAside(session: ConnectSession, grant: FreshGrant, existing: Connection | null): Promise<void> {
    session.awaitAcceptance(grant.consentedAt);
    await this.grants.putAside(session.id, grant);
    await this.audit.record({
      orgId: session.orgId,
      by: 'system',
      action: 'connect_session.awaits_acceptance',
      subject: toWire('csess', session.id),
      details: {
        provider: grant.provider,
        external_user_id: grant.person.externalUserId,
        would_renew: existing === null ? null : toWire('conn', existing.id),
      },
    });
  }

  /** The grant exists at the provider, but nobody here may have it. */
  private async refuse(
    session: ConnectSession,
    outcome: 'not_allowed' | 'wrong_account',
    grant: FreshGrant,
    existing: Connection | null,
  ): Promise<void> {
    const revoked = await this.grants.letGo(grant, existing);
    session.fail(outcome);
    await this.grants.recordFailure({ sessionId: session.id, orgId: session.orgId }, 'system', outcome, {
      external_user_id: grant.person.externalUserId,
      revoked,
    });
  }

  private fail(
    attempt: Attempt,
    outcome: FailedOutcome,
    details: Readonly<Record<string, unknown>> = {},
    error: ProviderError | null = null,
  ): Promise<void> {
    return this.work.run(async () => {
      const session = await this.sessions.lock(attempt.sessionId, attempt.orgId);
      // Another attempt of the same session may have come to something meanwhile.
      if (!session.pending) return;
      session.fail(outcome, error);
      await this.grants.recordFailure(attempt, 'system', outcome, details);
    });
  }
}
