/** Meta's sign-in: where the browser goes, what a code becomes, how a grant ends. OA-08, OA-14, CR-09, RF-18, DS-05. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { fault } from '../support/caught.js';
import { APP, graphError, metaProvider, USER_TOKEN } from '../support/meta-samples.js';
import { json, text, useScriptedProvider } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const provider = metaProvider(() => graph.origin);
const redirectUri = 'https://app.example/oauth/meta/callback';
const state = 's'.repeat(43);
const exchange = () => provider().exchangeCode({ code: 'canary-code', redirectUri });
const short = json(200, { access_token: 'SHORT', token_type: 'bearer', expires_in: 5400 });
const long = json(200, { access_token: 'LONG', token_type: 'bearer', expires_in: 5183944 });

const query = (intent: 'connect' | 'choose_again' | 'reauthorize', change: object = {}) => {
  const url = new URL(
    metaProvider(() => 'https://www.facebook.com', change)().authorizeUrl({ state, redirectUri, intent }),
  );
  return { at: `${url.origin}${url.pathname}`, ...Object.fromEntries(url.searchParams) };
};

describe('the dialog', () => {
  it('asks for scopes by name in a classic app', () => {
    const asked = query('connect', { scopes: ['pages_show_list', 'instagram_basic'] });
    expect(asked).toEqual({
      at: 'https://www.facebook.com/v27.0/dialog/oauth',
      client_id: APP.appId,
      redirect_uri: redirectUri,
      state,
      response_type: 'code',
      scope: 'pages_show_list,instagram_basic',
    });
  });

  it('names the configuration instead in an app for business', () => {
    expect(query('connect', { configId: '700' })).toMatchObject({ config_id: '700', response_type: 'code' });
    expect(query('connect', { configId: '700' })).not.toHaveProperty('scope');
  });

  it('opens the choice again, or renews data access, when told to', () => {
    expect(query('choose_again')).toMatchObject({ auth_type: 'rerequest' });
    expect(query('reauthorize')).toMatchObject({ auth_type: 'reauthorize' });
  });
});

describe('a code', () => {
  it('becomes a long-lived token by two calls, with every secret in the body', async () => {
    graph.says(short, long);
    expect(await exchange()).toEqual({
      accessToken: 'LONG',
      accessExpiresAt: new Date(Date.parse('2026-11-22T10:00:00Z') + 5_183_944_000),
      refreshToken: null,
      scopes: null,
    });
    const forms = graph.asked.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    const client = { client_id: APP.appId, client_secret: APP.appSecret };
    expect(forms).toEqual([
      { ...client, code: 'canary-code', redirect_uri: redirectUri },
      { ...client, grant_type: 'fb_exchange_token', fb_exchange_token: 'SHORT' },
    ]);
    expect(graph.asked.map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual([
      'POST /v27.0/oauth/access_token',
      'POST /v27.0/oauth/access_token',
    ]);
  });

  it.each([36007, 36008, 36009])('is refused with 100/%i', async (subcode) => {
    graph.says(json(400, graphError(100, subcode)));
    expect(await fault(exchange())).toBe(`code_refused 100/${subcode}`);
    expect(graph.asked).toHaveLength(1);
  });

  it.each([
    ['the edge fails', text(503, '<html>')],
    ['Meta is busy', json(400, graphError(2))],
    ['Meta wants us to wait', json(400, graphError(4))],
    ['the answer is none', json(200, {})],
  ])('is used up, and what it gave is handed on when %s at the second step', async (_, reply) => {
    graph.says(short, reply);
    expect(await exchange()).toMatchObject({ accessToken: 'SHORT', accessExpiresAt: expect.any(Date) });
  });

  it('of a business integration gives a token without end, which needs no exchange', async () => {
    graph.says(json(200, { access_token: 'BISU', token_type: 'bearer' }), json(400, graphError(100)));
    expect(await exchange()).toMatchObject({ accessToken: 'BISU', accessExpiresAt: new Date('2027-01-21T10:00:00Z') });
  });

  it.each([{ access_token: 5 }, {}])('is not traded for %j', async (body) => {
    graph.says(json(200, body));
    expect(await fault(exchange())).toBe('provider_contract_broken meta_tokens.access_token');
  });

  it.each([{ expires_in: -5 }, { expires_in: 1e10 }, { expires_in: '3600' }, { expires_in: 0 }, { token_type: 'mac' }])(
    'cannot be had again, so its token is kept with %j, for sixty days',
    async (change) => {
      graph.says(json(200, { access_token: 'A', ...change }));
      expect(await exchange()).toMatchObject({ accessToken: 'A', accessExpiresAt: new Date('2027-01-21T10:00:00Z') });
    },
  );
});

describe('a renewal', () => {
  it('gives what Meta says, be it the same token with the same end', async () => {
    graph.says(json(200, { access_token: USER_TOKEN, token_type: 'bearer', expires_in: 100 }));
    const issued = await provider().refresh({ accessToken: USER_TOKEN, refreshToken: null });
    expect(issued).toMatchObject({ accessToken: USER_TOKEN, accessExpiresAt: new Date('2026-11-22T10:01:40Z') });
  });

  it('has the life of a long-lived token where Meta names none, never a life without end', async () => {
    graph.says(json(200, { access_token: 'A' }));
    expect(await provider().refresh({ accessToken: USER_TOKEN, refreshToken: null })).toMatchObject({
      accessExpiresAt: new Date('2027-01-21T10:00:00Z'),
    });
  });
});

const revoke = () => provider().revoke({ externalUserId: '122000000000001', accessToken: null, refreshToken: null });

describe('the end of a grant', () => {
  it.each([
    ['true', true],
    ['success', { success: true }],
  ])('is made with the token of the app and said by %s', async (_, body) => {
    graph.says(json(200, body));
    expect(await revoke()).toBe('revoked');
    const token = `${APP.appId}|${APP.appSecret}`;
    const [asked] = graph.asked;
    expect(`${asked?.method} ${asked?.url.pathname}`).toBe('DELETE /v27.0/122000000000001/permissions');
    expect(asked?.headers['authorization']).toBe(`Bearer ${token}`);
    expect(asked?.url.searchParams.get('appsecret_proof')).toBe(
      createHmac('sha256', APP.appSecret).update(token).digest('hex'),
    );
  });

  it.each([
    [190, 458],
    [190, 460],
    [100, 33],
    [803, undefined],
  ])('has come already with %i/%s', async (code, subcode) => {
    graph.says(json(400, graphError(code, subcode)));
    expect(await revoke()).toBe('already_gone');
  });

  it.each([
    ['our own token is refused', json(400, graphError(190)), 'provider_misconfigured client_credentials 190'],
    ['a parameter is wrong', json(400, graphError(100)), 'request_malformed 100'],
    ['Meta says no', json(200, { success: false }), 'provider_contract_broken body'],
    ['the edge fails', text(502, '<html>'), 'provider_outcome_unknown'],
    ['Meta wants us to wait', json(400, graphError(4)), 'provider_throttled 4'],
  ])('has not come when %s', async (_, reply, expected) => {
    graph.says(reply);
    expect(await fault(revoke())).toBe(expected);
  });
});
