/**
 * Begins and ends attempts, the trips of a browser to the provider: state, code verifier (RFC 7636), and the exchange
 * of the code.
 */
import { Injectable } from '@nestjs/common';
import { AttemptUnknown } from '@domain/connection/connect-errors.js';
import type { ConnectSession } from '@domain/connection/connect-session.js';
import type { ProviderName } from '@domain/platform.js';
import type { IssuedTokens } from '../ports/authorization-server.js';
import { Providers } from '../ports/providers.js';
import { Vault, type Place } from '../ports/vault.js';
import { Digest, Randomness } from '../ports/work.js';
import { ConnectSessions, RedirectUris, type Attempt, type Consumed, type SessionKey } from './ports.js';

@Injectable()
export class Attempts {
  constructor(
    private readonly sessions: ConnectSessions,
    private readonly providers: Providers,
    private readonly redirectUris: RedirectUris,
    private readonly vault: Vault,
    private readonly random: Randomness,
    private readonly digest: Digest,
  ) {}

  /**
   * Inside a run, with the session locked.
   * @returns the provider's address that the browser goes on to; null: this page has led to an attempt before
   * @throws TooManyAttempts
   */
  async begin(
    session: ConnectSession,
    browserHash: Uint8Array,
    expiresAt: Date,
    pageNonce: string,
  ): Promise<string | null> {
    const server = this.providers.authorizationServer(session.provider);
    const redirectUri = this.redirectUris.of(session.provider);
    const state = this.random.secret();
    const verifier = server.usesPkce ? this.random.secret() : null;
    const row = { sessionId: session.id, orgId: session.orgId, provider: session.provider };
    const added = await this.sessions.addAttempt(this.digest.of(state), {
      ...row,
      redirectUri,
      codeVerifier: verifier === null ? null : this.vault.seal(verifier, this.placeOf(state, row)),
      browserHash,
      expiresAt,
      pageHash: this.digest.of(pageNonce),
    });
    if (!added) return null;
    return server.authorizeUrl({
      state,
      redirectUri,
      intent: session.intent,
      ...(verifier !== null && { codeChallenge: this.digest.text(verifier) }),
    });
  }

  /**
   * RFC 9207: an answer of another issuer is refused before its state is used up, so that it cannot end the attempt.
   * @throws AttemptUnknown
   */
  assertIssuer(provider: ProviderName, issuer: string | null): void {
    const expected = this.providers.authorizationServer(provider).issuer;
    if (expected !== null && issuer !== null && issuer !== expected) throw new AttemptUnknown();
  }

  /** Inside a run. */
  consume(provider: ProviderName, state: string, browserSecrets: readonly string[]): Promise<Consumed> {
    return this.sessions.consume(this.digest.of(state), {
      provider,
      redirectUri: this.redirectUris.of(provider),
      browserHashes: browserSecrets.map((secret) => this.digest.of(secret)),
    });
  }

  /**
   * Exchanges a code at once, without a queue and without a retry: codes are valid for seconds, and once.
   * @throws any ProviderFault
   */
  trade(attempt: Attempt, state: string, code: string): Promise<IssuedTokens> {
    const { provider, redirectUri, codeVerifier } = attempt;
    return this.providers.authorizationServer(provider).exchangeCode({
      code,
      redirectUri,
      ...(codeVerifier !== null && { codeVerifier: this.vault.open(codeVerifier, this.placeOf(state, attempt)) }),
    });
  }

  /** The last resort for tokens that can be stored nowhere. Not at Meta, where it would end the person's other connections. */
  async revoke(provider: ProviderName, { accessToken, refreshToken }: IssuedTokens): Promise<void> {
    if (provider === 'meta') return;
    await this.providers.authorizationServer(provider).revoke({ externalUserId: null, accessToken, refreshToken });
  }

  private placeOf(state: string, { orgId, provider }: SessionKey & { readonly provider: ProviderName }): Place {
    return { table: 'oauth_attempt', column: 'code_verifier', rowId: this.digest.text(state), orgId, provider };
  }
}
