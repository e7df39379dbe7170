/** X's token endpoint: codes into tokens, refresh tokens into their successors, tokens into nothing. */
import { z } from 'zod';
import { ProviderContractBroken, CredentialRefused } from '@application/ports/provider-fault.js';
import type { CodeExchange, IssuedTokens, Revocation } from '@application/ports/provider.js';
import { answerOf } from '@infrastructure/http/calling.js';
import { matchContract, parseJson, readAnything } from '@infrastructure/http/contract.js';
import type { HttpAnswer, HttpCall } from '@infrastructure/http/http-call.js';
import type { HttpClient } from '@infrastructure/http/http-client.js';
import type { XSettings } from './x-config.js';
import { evidenceOf, NOTHING } from './x-problem.js';
import { isTokenRefusal, tokenFault, type TokenOperation } from './x-token-faults.js';

/** Ten years: whatever names a later end is not to be believed. */
const LONGEST_LIFE = 315_360_000;

/** RFC 6749 §5.1. `error` beside a token would be a contradiction, so it may not be there. */
const issuedBody = z.object({
  error: z.undefined().optional(),
  token_type: z.string().regex(/^bearer$/i),
  access_token: z.string().min(1).max(4096),
  refresh_token: z.string().min(1).max(4096).nullish(),
  expires_in: z.number().int().positive().max(LONGEST_LIFE).optional(),
  scope: z.string().optional(),
});

export class XTokens {
  constructor(
    private readonly settings: XSettings,
    private readonly http: HttpClient,
    private readonly now: () => Date,
  ) {}

  /** The code lives 30 seconds and works once. docs/providers/x.md, "Token endpoint". */
  async exchange(exchange: CodeExchange): Promise<IssuedTokens> {
    return await this.issue('exchange', exchange.code, {
      grant_type: 'authorization_code',
      code: exchange.code,
      redirect_uri: exchange.redirectUri,
      code_verifier: exchange.codeVerifier,
    });
  }

  /** Using the refresh token up is X's rule, not the RFC's: the successor comes in the answer or is lost with it. */
  async refresh(refreshToken: string | null): Promise<IssuedTokens> {
    // Granted without `offline.access`: such a token simply ends.
    if (refreshToken === null) throw new CredentialRefused({ provider: 'x' }, 'token_expired');
    return await this.issue('refresh', refreshToken, { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  /** RFC 7009. The refresh token first: should the second call fail, nothing can bring the grant back to life. */
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
    // Taken before the call, so that the token is thought to die early rather than late.
    const asked = this.now();
    const answer = await answerOf(this.http, this.call('/2/oauth2/token', form), 'write');
    const secrets = [secret, this.settings.clientSecret];
    if (answer.status !== 200) throw tokenFault(answer, operation, secrets, this.now());
    return issuedTokens(answer, asked, secrets);
  }

  private async revokeOne(token: string): Promise<'revoked' | 'already_gone'> {
    const answer = await answerOf(this.http, this.call('/2/oauth2/revoke', { token }), 'write');
    // RFC 7009 §2.2: 200 means gone, for an unknown token as well; the body is X's own.
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

/** Exported for the tests of the contract. Throws `ProviderContractBroken`: the tokens, if there were any, are lost. */
export function issuedTokens(answer: HttpAnswer, asked: Date, secrets: readonly string[]): IssuedTokens {
  const evidence = evidenceOf(answer, NOTHING, secrets);
  const body = matchContract(issuedBody, readAnything(answer.body, evidence), evidence);
  const expiresAt = body.expires_in === undefined ? null : new Date(asked.getTime() + body.expires_in * 1000);
  if (expiresAt !== null && Number.isNaN(expiresAt.getTime())) throw new ProviderContractBroken(evidence, 'expires_in');
  return {
    accessToken: body.access_token,
    accessExpiresAt: expiresAt,
    refreshToken: body.refresh_token ?? null,
    scopes: body.scope === undefined ? null : body.scope.split(/[\s+]+/).filter((scope) => scope !== ''),
  };
}

function saysNotRevoked(body: string): boolean {
  return z.object({ revoked: z.literal(false) }).safeParse(parseJson(body)).success;
}
