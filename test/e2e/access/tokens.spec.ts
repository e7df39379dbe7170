// Bearer tokens: which are taken, which are refused, and what happens while the issuer is away.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../support/api-client.js';
import { type Organisation, type Person } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useFixture } from '../../support/fixture.js';
import { raw } from '../support/raw.js';

const fixture = useFixture();

let organisation: Organisation;
let owner: Person;
beforeAll(async () => {
  organisation = await fixture.organisation();
  owner = await organisation.member('owner');
});

const usage = (token: string) => new ApiClient(fixture.origin, token).get(`${organisation.path}/usage`);
const mint = (more: Record<string, unknown>) => fixture.sandbox.token({ sub: owner.userId, ...more });

describe('a token that is refused gets 401 with a challenge', () => {
  const now = Math.floor(Date.now() / 1_000);
  const YEAR = 365 * 86_400;
  const NOT_SIGNED = 'The access token is not signed by a key of the issuer';
  const UNREADABLE = 'The access token cannot be read';
  const NO_USER = 'The subject of the access token is no user id';
  const NO_ACCESS_TOKEN = 'This is no access token';
  const IMPOSSIBLE = 'The time of sign-in in the access token cannot be right';

  it.each<[string, Record<string, unknown>, string]>([
    ['expired', { expires_in: -60 }, 'The access token has expired'],
    ['for another audience', { audience: 'somebody-else' }, 'The access token is for another audience'],
    ['of another issuer', { issuer: 'https://issuer.example' }, 'The access token is of another issuer'],
    ['of the issuer with a slash more', { issuer: 'slash' }, 'The access token is of another issuer'],
    ['signed with HS256 and the public key', { alg: 'HS256' }, NOT_SIGNED],
    ['signed with a key of another kind', { alg: 'ES256' }, NOT_SIGNED],
    ['unsigned', { alg: 'none' }, NOT_SIGNED],
    ['signed with another key under the issuer’s key id', { forged: true }, NOT_SIGNED],
    ['for a subject with a letter no member can have', { sub: 'üser' }, NO_USER],
    ['with a number as its subject', { claims: { sub: 7 } }, NO_USER],
    ['with a list as its subject', { claims: { sub: ['user-acme-owner'] } }, NO_USER],
    ['with an empty subject', { claims: { sub: '' } }, NO_USER],
    ['without a subject', { claims: { sub: null } }, 'The access token has no subject'],
    [
      'issued in an hour',
      { claims: { iat: now + 3_600, exp: now + 7_200 } },
      'The access token was issued in the future',
    ],
    ['issued two days ago', { claims: { iat: now - 172_800 } }, 'The access token is older than is allowed here'],
    [
      'good for years',
      { claims: { exp: now + 9 * YEAR } },
      'The access token is valid for longer than is allowed here',
    ],
    [
      'good until the end of numbers',
      { claims: { exp: 1e300 } },
      'The access token is valid for longer than is allowed here',
    ],
    ['with text as its end', { claims: { exp: 'never' } }, UNREADABLE],
    ['with text as its time of issue', { claims: { iat: 'now' } }, UNREADABLE],
    ['not valid yet', { claims: { nbf: now + 3_600 } }, 'The access token is not valid yet'],
    ['with a number as its type', { typ: 7 }, NO_ACCESS_TOKEN],
    ['with a list as its type', { typ: ['at+jwt'] }, NO_ACCESS_TOKEN],
    ['of another type', { typ: 'logout+jwt' }, NO_ACCESS_TOKEN],
    ['of a sign-in that is still to come', { auth_time: now + 3_600 }, IMPOSSIBLE],
    ['with text as the time of the sign-in', { claims: { auth_time: 'today' } }, IMPOSSIBLE],
  ])('%s', async (_, more, description) => {
    const issuer = more['issuer'] === 'slash' ? { issuer: `${fixture.sandbox.origin}/oidc/` } : {};
    const answer = await usage(await mint({ ...more, ...issuer }));
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([401, 'unauthenticated', `${description}.`]);
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer error="invalid_token", error_description="${description}"`,
    );
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('an ID token, also one that names this API as its audience', async () => {
    const { aud } = JSON.parse(Buffer.from(owner.api.token.split('.')[1]!, 'base64url').toString()) as { aud: string };
    for (const audience of [{}, { audience: aud }]) {
      const minted = await fetch(`${fixture.sandbox.origin}/_sandbox/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sub: owner.userId, id_token: true, ...audience }),
      });
      const { id_token } = (await minted.json()) as { id_token: string };
      const answer = await usage(id_token);
      expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
    }
  });

  it('garbage, a cut token, a changed payload, and another scheme', async () => {
    const [head, payload, signature] = owner.api.token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'user-acme-owner' })).toString('base64url');
    for (const token of [
      'garbage',
      'a.b.c',
      `${head}.${payload}.`,
      `${head}.${changed}.${signature}`,
      'x'.repeat(8_000),
    ]) {
      expect((await usage(token)).status).toBe(401);
    }
    for (const authorization of [
      'Basic b3duZXI6b3duZXI=',
      'Bearer',
      'Bearer  ',
      `bearer:${owner.api.token}`,
      owner.api.token,
    ]) {
      const answer = await raw(fixture.origin, `${organisation.path}/usage`, { headers: { authorization } });
      expect([authorization.slice(0, 10), answer.status]).toEqual([authorization.slice(0, 10), 401]);
    }
    expect((await usage(owner.api.token)).status).toBe(200);
  });

  it('a token in the query or in a form is no token', async () => {
    const { status } = await raw(fixture.origin, `/v1/me?access_token=${owner.api.token}`);
    expect(status).toBe(401);
  });
});

it('a role in the token counts for nothing', async () => {
  const outsider = await fixture.sandbox.token({ sub: 'somebody-new', name: 'owner', email: 'owner@acme.test' });
  expect((await usage(outsider)).status).toBe(404);
});

it('while the issuer is away, a process that knows its keys goes on, and one that does not says 503, not 401', async () => {
  const fresh = await fixture.startApi({ ROLE: 'api', ISSUER: `${fixture.sandbox.origin}/oidc` });
  await fixture.sandboxProcess.kill('SIGSTOP');
  try {
    expect((await usage(owner.api.token)).status).toBe(200);
    const unknown = await new ApiClient(fresh.origin, owner.api.token).get('/v1/me');
    expect([unknown.status, unknown.body.code, unknown.body.retryable]).toEqual([503, 'issuer_unavailable', true]);
    expect(unknown.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(unknown.headers.get('www-authenticate')).toBeNull();
  } finally {
    await fixture.sandboxProcess.kill('SIGCONT');
  }
  const back = await eventually(async () => {
    const answer = await new ApiClient(fresh.origin, owner.api.token).get('/v1/me');
    expect(answer.status).toBe(200);
    return answer;
  });
  expect(back.body.id).toBe(owner.userId);
});
