/** X's token endpoint saying no, clearly or not: what is definite and what may have happened. RF-06, RF-07. */
import { describe, expect, it } from '@jest/globals';
import { caught, exposed, fault } from '../support/caught.js';
import { json, text, useScriptedProvider, type Reply } from '../support/scripted-provider.js';
import { codeInvalid, good, REFRESH, tokenCalls, tokenInvalid } from '../support/x-token-calls.js';
import { xProvider } from '../support/x.js';

const x = useScriptedProvider();
const { provider, refresh, exchange } = tokenCalls(x);

describe('a refusal', () => {
  const html = text(503, '<html>Service Unavailable</html>', { 'content-type': 'text/html' });
  const table: readonly [string, Reply, string, string][] = [
    // answer, how, for a refresh, for a code
    [
      'the token is no good',
      json(400, tokenInvalid),
      'credential_refused token_invalid invalid_request',
      'provider_refused invalid_request',
    ],
    ['the code is no good', json(400, codeInvalid), 'provider_refused invalid_request', 'code_refused invalid_request'],
    [
      'invalid_grant',
      json(400, { error: 'invalid_grant' }),
      'credential_refused token_invalid invalid_grant',
      'code_refused invalid_grant',
    ],
    [
      'a parameter is missing',
      json(400, { error: 'invalid_request', error_description: 'Missing required parameter [x].' }),
      'provider_refused invalid_request',
      'provider_refused invalid_request',
    ],
    [
      'an unknown grant type',
      json(400, { error: 'unsupported_grant_type' }),
      'provider_refused unsupported_grant_type',
      'provider_refused unsupported_grant_type',
    ],
    [
      'our client is wrong',
      json(401, { error: 'unauthorized_client', error_description: 'Missing valid authorization header' }),
      'provider_misconfigured client_credentials unauthorized_client',
      'provider_misconfigured client_credentials unauthorized_client',
    ],
    [
      'our client is gone',
      json(401, { error: 'invalid_client' }),
      'provider_misconfigured client_credentials invalid_client',
      'provider_misconfigured client_credentials invalid_client',
    ],
    [
      'busy, says the endpoint',
      json(503, { error: 'temporarily_unavailable' }),
      'provider_unavailable temporarily_unavailable',
      'provider_unavailable temporarily_unavailable',
    ],
    [
      'slow down, says the endpoint',
      json(429, { error: 'temporarily_unavailable' }),
      'provider_throttled temporarily_unavailable',
      'provider_throttled temporarily_unavailable',
    ],
    ['a page of the edge', html, 'provider_outcome_unknown', 'provider_outcome_unknown'],
    ['a bare 500', json(500, { message: 'oops' }), 'provider_outcome_unknown', 'provider_outcome_unknown'],
    ['a bare 429', text(429, ''), 'provider_outcome_unknown', 'provider_outcome_unknown'],
    ['a bare 408', text(408, ''), 'provider_outcome_unknown', 'provider_outcome_unknown'],
    ['a bare 400', text(400, 'Bad Request'), 'provider_outcome_unknown', 'provider_outcome_unknown'],
    ['a bare 401', text(401, ''), 'provider_outcome_unknown', 'provider_outcome_unknown'],
    [
      'a redirect',
      text(302, '', { location: 'http://169.254.169.254/' }),
      'provider_outcome_unknown',
      'provider_outcome_unknown',
    ],
    ['a 201', json(201, good), 'provider_outcome_unknown', 'provider_outcome_unknown'],
    [
      'credits used up',
      json(402, {
        title: 'Payment Required',
        detail: 'credits depleted',
        status: 402,
        type: 'https://api.x.com/2/problems/credits-depleted',
      }),
      'provider_misconfigured credits_depleted credits-depleted',
      'provider_misconfigured credits_depleted credits-depleted',
    ],
    [
      'a reset',
      (response) => response.socket?.resetAndDestroy(),
      'provider_outcome_unknown',
      'provider_outcome_unknown',
    ],
    [
      'a body without end',
      text(200, Buffer.alloc(2_000_000, ' ')),
      'provider_outcome_unknown',
      'provider_outcome_unknown',
    ],
  ];

  it.each(table)('%s', async (_, reply, forRefresh, forCode) => {
    x.says(reply);
    expect(await fault(refresh())).toBe(forRefresh);
    x.says(reply);
    expect(await fault(exchange())).toBe(forCode);
    // Asked once each: nothing is tried again behind the caller's back.
    expect(x.asked).toHaveLength(2);
  });

  it('is safe to repeat where the connection was never made', async () => {
    const nowhere = xProvider(() => 'http://127.0.0.1:9');
    expect(await fault(nowhere().refresh({ accessToken: 'a', refreshToken: REFRESH }))).toBe('provider_unavailable');
  });

  it('needs no call where there is no refresh token', async () => {
    expect(await fault(provider().refresh({ accessToken: 'a', refreshToken: null }))).toBe(
      'credential_refused token_expired',
    );
    expect(x.asked).toHaveLength(0);
  });

  it('shows no secret, though X should echo all of them', async () => {
    const echo = {
      error: REFRESH,
      error_description: `${REFRESH} sandbox-x-secret`,
      title: REFRESH,
      type: `https://api.x.com/2/problems/${REFRESH}`,
    };
    for (const status of [400, 401, 429, 500, 200, 302]) {
      x.says(json(status, echo, { 'x-transaction-id': REFRESH, 'retry-after': REFRESH }));
      const shown = exposed(await caught(refresh()));
      expect(shown).not.toContain(REFRESH);
      expect(shown).not.toContain('sandbox-x-secret');
    }
  });

  it('names its trace id', async () => {
    x.says(json(400, tokenInvalid, { 'x-transaction-id': 'a1b2c3d4e5f6' }));
    expect(await caught(refresh())).toMatchObject({
      evidence: { provider: 'x', status: 400, code: 'invalid_request', traceId: 'a1b2c3d4e5f6' },
    });
  });
});
