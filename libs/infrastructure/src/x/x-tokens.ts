/** Calls X's token endpoint: exchanges codes, refreshes and revokes tokens. */
import { z } from 'zod';
import { CredentialRefused } from '@application/ports/provider-fault.js';
import type { CodeExchange, IssuedTokens, Revocation } from '@application/ports/authorization-server.js';
import { answerOf } from '@infrastructure/http/calling.js';
import { parseJson, readAnything, readRecord } from '@infrastructure/http/contract.js';
import { life, token } from '@infrastructure/http/fields.js';
import type { HttpAnswer, HttpCall } from '@infrastructure/http/http-call.js';
import type { HttpClient } from '@infrastructure/http/http-client.js';
import { plain, record } from '@infrastructure/http/record.js';
import type { XSettings } from './x-config.js';
import { evidenceOf, NOTHING } from './x-problem.js';
import { isTokenRefusal, tokenFault, type TokenOperation } from './x-token-faults.js';

/** Seconds, where X names none: the two hours of its documents. */
const DEFAULT_LIFE = 7200;

/**
 * RFC 6749 §5.1. This answer cannot be requested again: the tokens are stored whatever else is in it, and a lifetime or
 * scope of another form counts as missing.
 */
const issuedBody = record('x_tokens', {
  access_token: token,
  refresh_token: token,
  expires_in: life,
  scope: plain(z.string()),
});

export class XTokens {
  constructor(
    private readonly settings: XSettings,
    private readonly http: HttpClient,
    private readonly now: () => Date,
  ) {}

  /** The code is valid for 30 seconds, and once. docs/providers/x.md, "Token endpoint". */
  async exchange(exchange: CodeExchange): Promise<IssuedTokens> {
    const issued = await this.issue('exchange', exchange.code, {
      grant_type: 'authorization_code',
      code: exchange.code,
      redirect_uri: exchange.redirectUri,
      code_verifier: exchange.codeVerifier,
    });
    // RFC 6749 §5.1: an answer that names no scopes grants what was asked for.
    return { ...issued, scopes: issued.scopes ?? proven(this.settings.scopes, issued.refreshToken) };
  }

  /** That a refresh token works once is X's rule, not the RFC's: the successor is in the answer, and lost with it. */
  async refresh(refreshToken: string | null): Promise<IssuedTokens> {
    // Granted without `offline.access`: such a token simply expires.
    if (refreshToken === null) throw new CredentialRefused({ provider: 'x' }, 'token_expired');
    return await this.issue('refresh', refreshToken, { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  /** RFC 7009. The refresh token first: should the second call fail, the grant can no longer be renewed. */
  async revoke(revocation: Revocation): Promise<'revoked' | 'already_gone'> {
    const outcomes: string[] = [];
    for (const token of [revocation.refreshToken, revocation.accessToken])
      if (token !== null) outcomes.push(await this.revokeOne(token));
    return outcomes.includes('revoked') ? 'revoked' : 'already_gone';
  }

  private async issue(
    operation: Exclude<TokenOperation, 'revoke'>,
    secret: string,
    form: Readonly<Record<string, string | undefined>>,
  ): Promise<IssuedTokens> {
    // Read before the call, so that the stored expiry is early rather than late.
    const asked = this.now();
    const answer = await answerOf(this.http, this.call('/2/oauth2/token', form), 'write');
    const secrets = [secret, this.settings.clientSecret];
    if (answer.status !== 200) throw tokenFault(answer, operation, secrets, this.now());
    return issuedTokens(answer, asked, secrets);
  }

  private async revokeOne(token: string): Promise<'revoked' | 'already_gone'> {
    const answer = await answerOf(this.http, this.call('/2/oauth2/revoke', { token }), 'write');
    // RFC 7009 §2.2: 200 means revoked, for an unknown token as well; the body is X's own.
    if (answer.status === 200) return saysNotRevoked(answer.body) ? 'already_gone' : 'revoked';
    if (isTokenRefusal(answer)) return 'already_gone';
    throw tokenFault(answer, 'revoke', [token, this.settings.clientSecret], this.now());
  }

  private call(path: string, form: Readonly<Record<string, string | undefined>>): HttpCall {
    const { clientId, clientSecret, apiOrigin } = this.settings;
    // As X's documents show it: the pair as it is, without the percent-encoding of RFC 6749 §2.3.1.
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    return {
      provider: 'x',
      method: 'POST',
      origin: apiOrigin,
      path,
      route: path,
      headers: { authorization: `Basic ${basic}` },
      form: { ...form, client_id: clientId },
      urgent: true,
    };
  }
}

/**
 * Exported for the tests of the contract.
 * @throws ProviderContractBroken: the tokens, if there were any, are lost
 */
export function issuedTokens(answer: HttpAnswer, asked: Date, secrets: readonly string[]): IssuedTokens {
  const evidence = evidenceOf(answer, NOTHING, secrets);
  const body = readRecord(issuedBody, readAnything(answer.body, evidence), evidence);
  const refreshToken = body.refresh_token ?? null;
  return {
    accessToken: body.access_token,
    accessExpiresAt: new Date(asked.getTime() + (body.expires_in ?? DEFAULT_LIFE) * 1000),
    refreshToken,
    scopes: body.scope === null || body.scope === undefined ? null : scopesOf(body.scope, refreshToken),
  };
}

function scopesOf(given: string, refreshToken: string | null): readonly string[] {
  const scopes = given.split(/[\s+]+/).filter((scope) => scope !== '');
  return refreshToken === null ? scopes : proven(scopes, refreshToken);
}

/** Holding a refresh token proves `offline.access`; scopes that were only asked for do not. */
function proven(scopes: readonly string[], refreshToken: string | null): readonly string[] {
  const others = scopes.filter((scope) => scope !== 'offline.access');
  return refreshToken === null ? others : [...others, 'offline.access'];
}

function saysNotRevoked(body: string): boolean {
  return z.object({ revoked: z.literal(false) }).safeParse(parseJson(body)).success;
}
