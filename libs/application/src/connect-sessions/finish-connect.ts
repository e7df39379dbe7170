/** The provider sends the browser back: the state is used up, the code traded in at once, and the grant stored and settled. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AttemptUnknown, BrowserMismatch, ConnectSessionNotFound } from '@domain/connection/connect-errors.js';
import type { FailedOutcome } from '@domain/connection/connect-session.js';
import { kindOf, type ProviderError } from '@domain/connection/provider-error.js';
import type { ConnectSessionId, ExchangedGrantId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import { UnsavedResults } from '../credentials/unsaved-results.js';
import { RevocationOutbox } from '../credentials/revocation-outbox.js';
import { ProviderFault } from '../ports/provider-fault.js';
import { Providers, type IssuedTokens } from '../ports/provider.js';
import { Vault } from '../ports/vault.js';
import { Digest, Randomness, Work } from '../ports/work.js';
import { GrantIntake } from './grant-intake.js';
import { GrantSettlement } from './grant-settlement.js';
import {
  ConnectSessions,
  ExchangedGrants,
  RedirectUris,
  type Attempt,
  type Consumed,
  type ExchangedGrant,
} from './ports.js';
import { BrowserMismatchLog } from './browser-mismatch-log.js';

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
    private readonly browserMismatches: BrowserMismatchLog,
    private readonly exchanged: ExchangedGrants,
    private readonly settlement: GrantSettlement,
    private readonly grants: GrantIntake,
    private readonly outbox: RevocationOutbox,
    private readonly providers: Providers,
    private readonly redirectUris: RedirectUris,
    private readonly vault: Vault,
    private readonly seal: CredentialSeal,
    private readonly unsaved: UnsavedResults,
    private readonly random: Randomness,
    private readonly digest: Digest,
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
    await this.unsaved.guard(async () => {
      const grant = await this.exchange(attempt, state, answer.code);
      if (grant !== null) await this.settlement.settle(grant);
    });
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
        await this.browserMismatches.record(session);
      }
      if (used.is !== 'open') return used;
      const { sessionId, orgId } = used.attempt;
      const session = await this.sessions.get(sessionId, orgId);
      return session.pending ? used : { is: 'used', sessionId, orgId };
    });
  }

  /**
   * Codes live for seconds and work once: no queue in between, and no second try. What they give is stored before
   * anything else is asked: from then on a crash loses nothing.
   * @returns null where there is nothing to settle
   */
  private async exchange(attempt: Attempt, state: string, code: string): Promise<ExchangedGrant | null> {
    let tokens: IssuedTokens;
    try {
      tokens = await this.trade(attempt, state, code);
    } catch (error) {
      if (!(error instanceof ProviderFault)) {
        await this.fail(attempt, 'internal_error');
        throw error;
      }
      await this.fail(attempt, 'provider_error', { code: error.code, provider_code: error.evidence.code });
      return null;
    }
    return this.unsaved.untilStored(() => this.store(attempt, tokens));
  }

  private trade(attempt: Attempt, state: string, code: string): Promise<IssuedTokens> {
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

  private async store({ sessionId, orgId, provider }: Attempt, tokens: IssuedTokens): Promise<ExchangedGrant | null> {
    try {
      const session = await this.sessions.lock(sessionId, orgId);
      // Else it was ended meanwhile, by a disconnect or by another attempt: the grant is then revoked.
      if (session.pending) session.exchanged(await this.sessions.now());
    } catch (error) {
      if (!(error instanceof ConnectSessionNotFound)) throw error;
      // Erased with its organisation.
      await this.outbox.add({ orgId, provider, externalUserId: null }, tokens, null);
      return null;
    }
    const id = this.random.id<ExchangedGrantId>();
    const sealed = this.seal.exchanged(tokens, { id, orgId, provider });
    return this.exchanged.add({ id, sessionId, orgId, provider, scopes: tokens.scopes, ...sealed });
  }

  private fail(
    attempt: Attempt,
    outcome: FailedOutcome,
    details: Readonly<Record<string, unknown>> = {},
    error: ProviderError | null = null,
  ): Promise<void> {
    return this.unsaved.untilStored(async () => {
      const session = await this.sessions.lock(attempt.sessionId, attempt.orgId);
      // Another attempt of the same session may have come to something meanwhile.
      if (!session.pending) return;
      session.fail(outcome, error);
      await this.grants.recordFailure(attempt, 'system', outcome, details);
    });
  }
}
