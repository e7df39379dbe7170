/** Handles the provider's callback: uses up the state, exchanges the code at once, and stores and settles the grant. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AttemptUnknown, BrowserMismatch } from '@domain/connection/connect-errors.js';
import type { FailedOutcome } from '@domain/connection/connect-session.js';
import { kindOf, type ProviderError } from '@domain/connection/provider-error.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { UnsavedResults } from '../credentials/unsaved-results.js';
import type { AuditDetails } from '../ports/audit.js';
import { ProviderFault } from '../ports/provider-fault.js';
import type { IssuedTokens } from '../ports/authorization-server.js';
import { Work } from '../ports/work.js';
import { Attempts } from './attempts.js';
import { BrowserMismatchLog } from './browser-mismatch-log.js';
import { ExchangedGrantStore } from './exchanged-grant-store.js';
import { GrantSettlement } from './grant-settlement.js';
import { ConnectSessions, type Attempt, type Consumed, type ExchangedGrant } from './ports.js';
import { SessionFailures } from './session-failures.js';

export interface FinishedConnect {
  readonly sessionId: ConnectSessionId;
  readonly orgId: OrgId;
}

/**
 * The failures of the provider become the session's outcome.
 * @throws AttemptUnknown, BrowserMismatch, ConnectSessionNotFound, Error that is no ProviderFault, for the log
 */
export class FinishConnect extends Command<FinishedConnect> {
  constructor(
    /** Whose callback path was called: each provider has its own, so that one cannot answer for the other. */
    readonly provider: ProviderName,
    readonly state: string,
    /** The code, or what the provider sent instead of one. */
    readonly answer: { readonly code: string } | { readonly error: ProviderError },
    /** From the browser's cookies that may belong to this session. */
    readonly browserSecrets: readonly string[],
    /** The issuer that the callback names (RFC 9207); null where it names none. */
    readonly issuer: string | null = null,
  ) {
    super();
  }
}

@CommandHandler(FinishConnect)
export class FinishConnectHandler implements ICommandHandler<FinishConnect> {
  constructor(
    private readonly work: Work,
    private readonly attempts: Attempts,
    private readonly sessions: ConnectSessions,
    private readonly browserMismatches: BrowserMismatchLog,
    private readonly grants: ExchangedGrantStore,
    private readonly settlement: GrantSettlement,
    private readonly unsaved: UnsavedResults,
    private readonly failures: SessionFailures,
  ) {}

  async execute({ provider, state, answer, issuer, browserSecrets }: FinishConnect): Promise<FinishedConnect> {
    this.attempts.assertIssuer(provider, issuer);
    const used = await this.use(provider, state, browserSecrets);
    if (used.is === 'unknown') throw new AttemptUnknown();
    if (used.is === 'other_browser') throw new BrowserMismatch();
    // A second callback (a reload, a prefetching proxy) changes nothing and gets the outcome of the first.
    if (used.is === 'used') return used;

    const { attempt } = used;
    if ('error' in answer) {
      const { error } = answer;
      const outcome = kindOf(error) === 'denied' ? 'denied' : 'provider_error';
      await this.fail(attempt, outcome, { provider_error: error }, error);
      return attempt;
    }
    await this.unsaved.guard(async () => {
      const tokens = await this.trade(attempt, state, answer.code);
      if (tokens === null) return;
      const grant = await this.store(attempt, tokens);
      if (grant !== null) await this.settlement.settle(grant);
    });
    return attempt;
  }

  /**
   * An attempt of a session that is not pending any more counts as used: its code must not become a grant that no
   * session holds.
   */
  private use(provider: ProviderName, state: string, browserSecrets: readonly string[]): Promise<Consumed> {
    return this.work.run(async () => {
      const used = await this.attempts.consume(provider, state, browserSecrets);
      if (used.is === 'other_browser') {
        const { sessionId, orgId } = used;
        const session = await this.sessions.lock(sessionId, orgId);
        // Its own browser drops the cookie at the end of the session; another browser gets no names with the outcome.
        if (!session.pending) return { is: 'used', sessionId, orgId };
        await this.browserMismatches.record(session);
      }
      if (used.is !== 'open') return used;
      const { sessionId, orgId } = used.attempt;
      const session = await this.sessions.get(sessionId, orgId);
      return session.pending ? used : { is: 'used', sessionId, orgId };
    });
  }

  /** @returns null where the provider refused: the session has failed */
  private async trade(attempt: Attempt, state: string, code: string): Promise<IssuedTokens | null> {
    try {
      return await this.attempts.trade(attempt, state, code);
    } catch (error) {
      if (!(error instanceof ProviderFault)) {
        await this.fail(attempt, 'internal_error');
        throw error;
      }
      await this.fail(attempt, 'provider_error', { code: error.code, provider_code: error.evidence.code });
      return null;
    }
  }

  /** Where the store is refused for a reason of ours, the grant is revoked, the session fails, and the error is thrown. */
  private async store(attempt: Attempt, tokens: IssuedTokens): Promise<ExchangedGrant | null> {
    try {
      return await this.unsaved.untilStored(() => this.grants.store(attempt, tokens));
    } catch (error) {
      await this.unsaved
        .untilStored(() => this.grants.revokeLater(attempt, tokens))
        .catch(() => this.attempts.revoke(attempt.provider, tokens))
        .catch(() => undefined);
      await this.fail(attempt, 'internal_error');
      throw error;
    }
  }

  private fail(
    { sessionId, orgId }: Attempt,
    outcome: FailedOutcome,
    details: AuditDetails = {},
    error: ProviderError | null = null,
  ): Promise<void> {
    return this.unsaved.untilStored(async () => {
      const session = await this.sessions.lock(sessionId, orgId);
      // Another attempt of the same session may have succeeded meanwhile.
      if (session.pending) await this.failures.fail(session, outcome, details, error);
    });
  }
}
