/** X's token endpoint against docs/providers/x.md §2.2: exchanging a code, and who may. */
import { describe, expect, it } from '@jest/globals';
import { useSandbox, type Json } from '../support/sandbox.js';
import { basic, challengeOf, newVerifier, redirectUri, XClient, type Tokens } from '../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

const badCode = { error: 'invalid_request', error_description: 'Value passed for the authorization code was invalid.' };
const noHeader = { error: 'unauthorized_client', error_description: 'Missing valid authorization header' };
const encode = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('exchanging a code', () => {
  it('gives a two-hour token, the scope, and a refresh token with offline.access only', async () => {
    const person = await control.person('x');
    const full = await x.connect(person.id);
    expect(full).toEqual({
      token_type: 'bearer',
      expires_in: 7200,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      scope: 'tweet.read tweet.write users.read media.write offline.access',
    });
    expect(Buffer.from(full.access_token, 'base64url').toString()).toMatch(/^[\w-]{43}:\d{13}:1:1:at:1$/);
    const short = await x.connect(person.id, 'tweet.read users.read');
    expect(short).not.toHaveProperty('refresh_token');
    expect(short.scope).toBe('tweet.read users.read');
  });

  it.each([
    ['S256', (verifier: string) => ({ code_challenge: challengeOf(verifier), code_challenge_method: 'S256' }), 200],
    ['s256', (verifier: string) => ({ code_challenge: challengeOf(verifier), code_challenge_method: 's256' }), 200],
    ['plain', (verifier: string) => ({ code_challenge: verifier, code_challenge_method: 'plain' }), 200],
    ['S256 of another verifier', () => ({ code_challenge: challengeOf('other') }), 400],
    ['plain of another verifier', () => ({ code_challenge: 'other', code_challenge_method: 'plain' }), 400],
  ])('checks PKCE: %s', async (_, change, status) => {
    const person = await control.person('x');
    const verifier = newVerifier();
    const answer = await x.exchange(await x.code(person.id, verifier, change(verifier)), verifier);
    expect(answer.status).toBe(status);
  });

  it('spends a code once', async () => {
    const person = await control.person('x');
    const verifier = newVerifier();
    const code = await x.code(person.id, verifier);
    const all = await Promise.all(Array.from({ length: 5 }, () => x.exchange<Json>(code, verifier)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(all.filter(({ body }) => body['error_description'] === badCode.error_description)).toHaveLength(4);
  });

  it.each([
    ['29s', 200],
    ['30s', 400],
  ])('lets a code live 30 seconds (after %s: %i)', async (age, status) => {
    const person = await control.person('x');
    const verifier = newVerifier();
    const code = await x.code(person.id, verifier);
    await control.advance(age, person.id);
    expect((await x.exchange<Json>(code, verifier)).status).toBe(status);
  });

  it('refuses a code that names another redirect URI, or belongs to another app', async () => {
    const person = await control.person('x');
    const verifier = newVerifier();
    const code = await x.code(person.id, verifier);
    const elsewhere = await x.token<Json>({
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'http://127.0.0.1:4000/oauth/meta/callback',
      code_verifier: verifier,
    });
    expect(elsewhere).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    await control.call('POST', '/apps', { platform: 'x', client_id: 'second', client_secret: 's2' });
    const authorization = `Basic ${Buffer.from('second:s2').toString('base64')}`;
    const other = await x.token<Json>(
      { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
      { authorization },
    );
    expect(other).toMatchObject({ status: 400, body: badCode });
    expect((await x.exchange(code, verifier)).status).toBe(200);
  });

  it.each(['grant_type', 'code', 'redirect_uri', 'code_verifier'])('names a missing %s', async (name) => {
    const form: Record<string, string> = {
      grant_type: 'authorization_code',
      code: 'c',
      redirect_uri: redirectUri,
      code_verifier: 'v',
    };
    delete form[name];
    expect(await x.token<Json>(form)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: `Missing required parameter [${name}].` },
    });
  });

  it('knows no other grant type', async () => {
    expect(await x.token<Json>({ grant_type: 'password' })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    });
  });
});

describe('who is calling the token endpoint', () => {
  const form = {
    grant_type: 'refresh_token',
    refresh_token: 'r',
    client_id: 'sandbox-x-client',
    client_secret: 'sandbox-x-secret',
  };

  it.each<[string, Record<string, string>, Json]>([
    ['no header, the secret in the body only', {}, noHeader],
    ['a wrong secret', { authorization: encode('sandbox-x-client:wrong') }, noHeader],
    ['a secret with a newline', { authorization: encode('sandbox-x-client:sandbox-x-secret\n') }, noHeader],
    [
      'an unknown client',
      { authorization: encode('unknown:wrong') },
      { error: 'invalid_client', error_description: 'Client authentication failed' },
    ],
    ['another scheme', { authorization: 'Bearer abc' }, noHeader],
  ])('%s is 401', async (_, headers, body) => {
    for (const path of ['/2/oauth2/token', '/2/oauth2/revoke']) {
      const answer = await x.send(path, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ ...form, token: 't' }),
      });
      expect(answer).toMatchObject({ status: 401, body });
    }
  });

  it('lets a public client name itself', async () => {
    await control.call('POST', '/apps', { platform: 'x', client_id: 'public-one' });
    const person = await control.person('x');
    const verifier = newVerifier();
    const code = await x.code(person.id, verifier, { client_id: 'public-one' });
    const answer = await x.token(
      {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
        client_id: 'public-one',
      },
      {},
    );
    expect(answer.status).toBe(200);
  });

  it('reads JSON as well as a form, and the body secret beside Basic', async () => {
    const person = await control.person('x');
    const { refresh_token } = await x.connect(person.id);
    const headers = { authorization: basic, 'content-type': 'application/json;charset=UTF-8' };
    const answer = await x.send<Tokens>('/2/oauth2/token', {
      method: 'POST',
      headers,
      body: JSON.stringify({ ...form, refresh_token }),
    });
    expect(answer.status).toBe(200);
    const revoked = await x.send('/2/oauth2/revoke', {
      method: 'POST',
      headers,
      body: JSON.stringify({ token: answer.body.refresh_token, token_type_hint: 'refresh_token' }),
    });
    expect(revoked).toMatchObject({ status: 200, body: { revoked: true } });
  });

  it('refuses a parameter given twice, and a body that is no JSON', async () => {
    const twice = await x.send('/2/oauth2/token', {
      method: 'POST',
      headers: { authorization: basic },
      body: new URLSearchParams('grant_type=refresh_token&grant_type=x'),
    });
    expect(twice).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const broken = await x.send('/2/oauth2/token', {
      method: 'POST',
      headers: { authorization: basic, 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(400);
    expect(broken.body).toEqual({ error: 'invalid_request', error_description: expect.any(String) });
  });
});
