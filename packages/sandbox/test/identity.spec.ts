/** The demo issuer: discovery, tokens for scripts, services, and a sign-in by a browser. */
import { describe, expect, it } from '@jest/globals';
import { load } from 'cheerio';
import makeFetchCookie from 'fetch-cookie';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { useSandbox, type Json } from './support/sandbox.js';
import { challengeOf, newVerifier } from './support/x-client.js';

const control = useSandbox();

const verify = (token: string): ReturnType<typeof jwtVerify> =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${control.origin}/oidc/jwks`)), {
    issuer: `${control.origin}/oidc`,
    audience: 'social-connections',
    typ: 'at+jwt',
  });

const mint = async (body: Json): Promise<string> => {
  const answer = await control.call<{ access_token?: string; id_token?: string }>('POST', '/token', body);
  return answer.body.access_token ?? answer.body.id_token ?? '';
};

describe('discovery', () => {
  it('names the issuer it is reached under, and its keys without their private part', async () => {
    const found = (await (await fetch(`${control.origin}/oidc/.well-known/openid-configuration`)).json()) as Json;
    expect(found).toMatchObject({
      issuer: `${control.origin}/oidc`,
      jwks_uri: `${control.origin}/oidc/jwks`,
      token_endpoint: `${control.origin}/oidc/token`,
    });
    const { keys } = (await (await fetch(`${control.origin}/oidc/jwks`)).json()) as { keys: Json[] };
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toHaveProperty('d');
  });
});

describe('tokens for scripts', () => {
  it.each([
    ['owner@acme.test', 'user-acme-owner'],
    ['admin@acme.test', 'user-acme-admin'],
    ['editor@acme.test', 'user-acme-editor'],
    ['member@acme.test', 'user-acme-member'],
    ['owner@globex.test', 'user-globex-owner'],
  ])('%s is %s', async (user, sub) => {
    const { payload } = await verify(await mint({ user }));
    expect(payload).toMatchObject({ sub, email: user, client_id: 'console' });
    expect(payload['auth_time']).toEqual(expect.any(Number));
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
  });

  it('issues tokens for a service, and for a made-up person', async () => {
    expect((await verify(await mint({ service: 'host-platform' }))).payload).toMatchObject({
      sub: 'host-platform',
      client_id: 'host-platform',
    });
    expect((await verify(await mint({ sub: 'new-1', name: 'New', email: 'n@x.test' }))).payload).toMatchObject({
      sub: 'new-1',
      name: 'New',
      email: 'n@x.test',
    });
  });

  it('knows no others', async () => {
    expect((await control.call('POST', '/token', { user: 'unknown@acme.test' })).status).toBe(404);
    expect((await control.call('POST', '/token', {})).status).toBe(400);
    expect((await control.call('POST', '/token', { user: 'admin@acme.test', role: 'owner' })).status).toBe(400);
  });

  it('demands JSON, so that no page elsewhere can ask', async () => {
    const answer = await fetch(`${control.origin}/_sandbox/token`, {
      method: 'POST',
      body: new URLSearchParams({ user: 'admin@acme.test' }),
    });
    expect(answer.status).toBe(415);
  });

  it.each<[string, Json]>([
    ['another audience', { audience: 'elsewhere' }],
    ['another issuer', { issuer: 'https://elsewhere.test' }],
    ['an expiry in the past', { expires_in: -60 }],
    ['an ID token', { id_token: true }],
    ['a symmetric signature', { alg: 'HS256' }],
    ['no signature', { alg: 'none' }],
    ['another key', { forged: true }],
  ])('with %s it is one to refuse', async (_, change) => {
    await expect(verify(await mint({ user: 'admin@acme.test', ...change }))).rejects.toThrow();
  });

  it('forges under our own key id', async () => {
    const own = decodeProtectedHeader(await mint({ user: 'admin@acme.test' }));
    expect(decodeProtectedHeader(await mint({ user: 'admin@acme.test', forged: true }))).toEqual(own);
  });
});

describe('the token endpoint', () => {
  it('gives a service its token by client credentials', async () => {
    const authorization = `Basic ${Buffer.from('host-platform:sandbox-host-secret').toString('base64')}`;
    const answer = await fetch(`${control.origin}/oidc/token`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    expect((await verify(access_token)).payload).toMatchObject({ sub: 'host-platform', client_id: 'host-platform' });
  });

  it('refuses a wrong secret', async () => {
    const authorization = `Basic ${Buffer.from('host-platform:guess').toString('base64')}`;
    const answer = await fetch(`${control.origin}/oidc/token`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(answer.status).toBe(401);
  });
});

describe('signing in by browser', () => {
  it('leads over the choice of a person and PKCE to an access token', async () => {
    const browse = makeFetchCookie(fetch);
    const verifier = newVerifier();
    const query = new URLSearchParams({
      client_id: 'console',
      response_type: 'code',
      redirect_uri: 'http://127.0.0.1:4000/',
      scope: 'openid profile email',
      state: 's',
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
    });
    const page = await browse(`${control.origin}/oidc/auth?${query.toString()}`);
    const $ = load(await page.text());
    expect($('select option').length).toBe(5);
    let answer = await browse(`${control.origin}${$('form').attr('action') ?? ''}`, {
      method: 'POST',
      body: new URLSearchParams({ user: 'editor@acme.test', decision: 'continue' }),
      redirect: 'manual',
    });
    answer = await browse(answer.headers.get('location') ?? '', { redirect: 'manual' });
    const back = new URL(answer.headers.get('location') ?? '');
    expect(back.origin + back.pathname).toBe('http://127.0.0.1:4000/');
    const tokens = (await (
      await fetch(`${control.origin}/oidc/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: back.searchParams.get('code') ?? '',
          redirect_uri: 'http://127.0.0.1:4000/',
          client_id: 'console',
          code_verifier: verifier,
        }),
      })
    ).json()) as { access_token: string; refresh_token: string };
    const { payload } = await verify(tokens.access_token);
    expect(payload).toMatchObject({
      sub: 'user-acme-editor',
      email: 'editor@acme.test',
      name: 'Edda Editor',
      client_id: 'console',
    });
    expect(payload['auth_time']).toEqual(expect.any(Number));
    expect(tokens.refresh_token).toEqual(expect.any(String));
  });
});
