// Who is a service: a client that the issuer gave the token to for itself, by client credentials, and no person who signed in through it.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, type Answer } from '../../support/api-client.js';
import type { Organisation, Person } from '../../support/actors.js';
import { useFixture } from '../../support/fixture.js';

const AS_SUBJECT = { scopes: ['read', 'connect', 'orgs:write'], orgs: '*' };
const fixture = useFixture({ env: { SERVICE_CLIENTS: JSON.stringify({ 'host-platform': AS_SUBJECT }) } });

let organisation: Organisation;
let owner: Person;
beforeAll(async () => {
  organisation = await fixture.organisation();
  owner = await organisation.member('owner');
});

async function me(token: Record<string, unknown>, origin = fixture.origin): Promise<Answer> {
  return new ApiClient(origin, await fixture.sandbox.token(token)).get('/v1/me');
}

const isService = (answer: Answer): void => expect(answer.body).toMatchObject({ kind: 'service', id: 'host-platform' });
const isRefused = (answer: Answer): void => {
  expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
  expect(answer.headers.get('www-authenticate')).toContain('names a service and carries the marks of a sign-in');
};

describe('by default', () => {
  it('a token whose subject is the client is the service’s', async () => {
    isService(await me({ service: 'host-platform' }));
    isService(await me({ service: 'host-platform', claims: { client_id: null, azp: 'host-platform' } }));
  });

  it.each(['client_id', 'azp', 'appid'])(
    'a person’s token that names the client as %s is the person’s',
    async (claim) => {
      for (const auth_time of [null, Math.floor(Date.now() / 1_000)]) {
        const claims = { client_id: null, [claim]: 'host-platform', auth_time };
        const token = await fixture.sandbox.token({ sub: owner.userId, claims });
        const api = new ApiClient(fixture.origin, token);
        expect((await api.get('/v1/me')).body).toMatchObject({ kind: 'user', id: owner.userId });
        expect((await api.put(`${organisation.path}/members/somebody`, { role: 'owner' })).body.code).toBe(
          'not_allowed',
        );
      }
    },
  );

  it.each([
    ['auth_time', Math.floor(Date.now() / 1_000)],
    ['sid', 'session-1'],
    ['acr', '1'],
    ['amr', ['pwd']],
  ])('one that has both the client as its subject and %s is neither’s', async (mark, value) =>
    isRefused(await me({ service: 'host-platform', claims: { [mark]: value } })),
  );

  it('one that names two clients is not the service’s', async () => {
    const answer = await me({ service: 'host-platform', claims: { azp: 'another' } });
    expect(answer.body).toMatchObject({ kind: 'user', id: 'host-platform', orgs: [] });
  });
});

describe('SERVICE_PROOF names another proof', () => {
  it.each([
    ['gty=client-credentials', { gty: 'client-credentials' }],
    ['sub={client_id}@clients', { sub: 'host-platform@clients' }],
    ['idtyp=app', { idtyp: 'app', sub: '2b1f' }],
    [
      'preferred_username=service-account-{client_id}',
      { preferred_username: 'service-account-host-platform', sub: '9c' },
    ],
  ])('%s', async (SERVICE_PROOF, claims) => {
    const api = await fixture.startApi({ SERVICE_PROOF, ROLE: 'api' });
    const { origin } = api;
    try {
      isService(await me({ service: 'host-platform', claims }, origin));
      isRefused(await me({ service: 'host-platform', claims: { ...claims, auth_time: 1 } }, origin));
      const person = { sub: owner.userId, claims: { client_id: 'host-platform', auth_time: null } };
      expect((await me(person, origin)).body).toMatchObject({ kind: 'user', id: owner.userId });
    } finally {
      await api.stop();
    }
  });
});

it('TOKEN_MAX_AGE_SECONDS bounds how long a token may live', async () => {
  const api = await fixture.startApi({ TOKEN_MAX_AGE_SECONDS: '600', ROLE: 'api' });
  const { origin } = api;
  try {
    expect((await me({ sub: owner.userId, expires_in: 600 }, origin)).status).toBe(200);
    expect((await me({ sub: owner.userId, expires_in: 601 }, origin)).status).toBe(401);
  } finally {
    await api.stop();
  }
});
