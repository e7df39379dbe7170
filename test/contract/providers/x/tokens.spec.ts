/** What X's token endpoint issues and takes back. RF-07, OA-14, DS-05. */
import { describe, expect, it } from '@jest/globals';
import { fault } from '../support/caught.js';
import { json, text, useScriptedProvider, type Reply } from '../support/scripted-provider.js';
import { CODE, good, REFRESH, tokenCalls, tokenInvalid } from '../support/x-token-calls.js';

const x = useScriptedProvider();
const { provider, refresh, exchange, revoke } = tokenCalls(x);

describe('the requests', () => {
  it('authenticate by Basic, in a form, with nothing in the URL', async () => {
    x.says(json(200, good));
    await exchange();
    expect(x.lastForm).toEqual({
      grant_type: 'authorization_code',
      code: CODE,
      redirect_uri: 'http://127.0.0.1/cb',
      code_verifier: 'canary-verifier-3c',
      client_id: 'sandbox-x-client',
    });
    await refresh();
    expect(x.lastForm).toEqual({ grant_type: 'refresh_token', refresh_token: REFRESH, client_id: 'sandbox-x-client' });
    for (const { url, headers, method } of x.asked) {
      expect(`${method} ${url.pathname}${url.search}`).toBe('POST /2/oauth2/token');
      expect(headers['authorization']).toBe(
        `Basic ${Buffer.from('sandbox-x-client:sandbox-x-secret').toString('base64')}`,
      );
    }
  });
});

describe('what is issued', () => {
  it('is read by its values', async () => {
    x.says(json(200, good));
    expect(await refresh()).toEqual({
      accessToken: 'AT2',
      accessExpiresAt: new Date('2026-11-22T12:00:00Z'),
      refreshToken: 'RT2',
      scopes: ['tweet.read', 'users.read', 'offline.access'],
    });
  });

  it('lets the caller keep its refresh token where none is given, and lives two hours where no life is named', async () => {
    x.says(json(200, { token_type: 'Bearer', access_token: 'AT2' }));
    expect(await refresh()).toEqual({
      accessToken: 'AT2',
      accessExpiresAt: new Date('2026-11-22T12:00:00Z'),
      refreshToken: null,
      scopes: null,
    });
  });

  it('proves offline.access by its refresh token, whatever the scopes say', async () => {
    x.says(json(200, { ...good, scope: 'tweet.read' }));
    expect((await refresh()).scopes).toEqual(['tweet.read', 'offline.access']);
    x.says(json(200, { ...good, scope: 'tweet.read', refresh_token: undefined }));
    expect((await refresh()).scopes).toEqual(['tweet.read']);
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['a list', ['tweet.read']],
  ])('takes the scopes that were asked for where a sign-in is answered with %s scopes', async (_, scope) => {
    x.says(json(200, { ...good, scope }));
    const asked = ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'];
    expect((await exchange()).scopes?.toSorted()).toEqual(asked.toSorted());
    x.says(json(200, { ...good, scope, refresh_token: undefined }));
    expect((await exchange()).scopes).not.toContain('offline.access');
  });

  it.each([
    ['a negative life', { expires_in: -1 }],
    ['no life at all', { expires_in: 0 }],
    ['a life of ages', { expires_in: 1e10 }],
    ['a life in words', { expires_in: 'soon' }],
    ['a life in digits of text', { expires_in: '7200' }],
    ['a life that is null', { expires_in: null }],
    ['half a second', { expires_in: 0.5 }],
    ['a scope that is null', { scope: null }],
    ['a scope that is a list', { scope: ['tweet.read'] }],
    ['a foreign token type', { token_type: 'mac' }],
    ['no token type', { token_type: undefined }],
    ['an error beside the tokens', { error: 'invalid_request' }],
  ])('is kept with %s: it cannot be had again', async (_, change) => {
    x.says(json(200, { ...good, ...change }));
    const kept = { accessToken: 'AT2', refreshToken: 'RT2', accessExpiresAt: new Date('2026-11-22T12:00:00Z') };
    expect(await refresh()).toMatchObject(kept);
    expect(await exchange()).toMatchObject(kept);
  });

  it.each([
    ['a token that is a number', { ...good, access_token: 5 }, 'x_tokens.access_token'],
    ['an empty token', { ...good, access_token: '' }, 'x_tokens.access_token'],
    ['an error in place of the tokens', tokenInvalid, 'x_tokens.access_token'],
    ['an empty object', {}, 'x_tokens.access_token'],
    ['a list', [good], 'x_tokens'],
    ['null', null, 'x_tokens'],
  ])('is not accepted with %s', async (_, body, path) => {
    x.says(json(200, body));
    expect(await fault(refresh())).toBe(`provider_contract_broken ${path}`);
  });

  it.each([
    ['half a body', JSON.stringify(good).slice(0, 40)],
    ['nothing', ''],
    ['a page', '<html>ok</html>'],
  ])('is not accepted as %s', async (_, body) => {
    x.says(text(200, body));
    expect(await fault(refresh())).toBe('provider_contract_broken body');
  });
});

describe('revoking', () => {
  it('takes the refresh token first, then the access token', async () => {
    x.says(json(200, { revoked: true }));
    expect(await revoke()).toBe('revoked');
    expect(x.asked.map(({ body }) => new URLSearchParams(body).get('token'))).toEqual([REFRESH, 'canary-access-77']);
    expect(x.asked.every(({ url }) => url.pathname === '/2/oauth2/revoke' && url.search === '')).toBe(true);
  });

  it.each([
    ['both unknown to X', [json(200, { revoked: false })], 'already_gone'],
    ['both refused', [json(400, tokenInvalid)], 'already_gone'],
    ['one of them alive', [json(400, tokenInvalid), json(200, { revoked: true })], 'revoked'],
    ['a 200 without words', [text(200, '')], 'revoked'],
  ] as const)('%s', async (_, replies, outcome) => {
    x.says(...replies);
    expect(await revoke()).toBe(outcome);
  });

  it('has nothing to do without tokens', async () => {
    expect(await provider().revoke({ externalUserId: '1', accessToken: null, refreshToken: null })).toBe(
      'already_gone',
    );
    expect(x.asked).toHaveLength(0);
  });

  it.each([
    [
      'our client is wrong',
      json(401, { error: 'invalid_client' }),
      'provider_misconfigured client_credentials invalid_client',
    ],
    ['the edge fails', text(503, '<html>'), 'provider_outcome_unknown'],
    ['no answer', (response: Parameters<Reply>[0]) => response.socket?.resetAndDestroy(), 'provider_outcome_unknown'],
  ])('is not done when %s', async (_, reply, expected) => {
    x.says(reply);
    expect(await fault(revoke())).toBe(expected);
  });
});
