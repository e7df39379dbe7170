// Who may call what: every route by every kind of caller, from one table.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../support/api-client.js';
import { unique, type Person, type Role } from '../../support/actors.js';
import { useFixture } from '../../support/fixture.js';
import { furnish, type Furnished } from '../support/furnished.js';
import { ROUTES, type Permission, type Route } from '../support/routes.js';

const SCOPES = ['read', 'publish', 'connect', 'orgs:write'] as const;
const services = Object.fromEntries([
  ['host-platform', { scopes: SCOPES, orgs: '*' }],
  ...SCOPES.map((scope) => [`service-${scope}`, { scopes: [scope], orgs: '*' }]),
  ['service-elsewhere', { scopes: SCOPES, orgs: ['org_of_somebody_else'] }],
]);
const fixture = useFixture({ env: { SERVICE_CLIENTS: JSON.stringify(services) } });

/** product.md "Roles". What is not named is refused. */
const MAY: Record<Permission, { roles: readonly Role[]; scope: (typeof SCOPES)[number] | null }> = {
  read: { roles: ['member', 'editor', 'admin', 'owner'], scope: 'read' },
  read_logs: { roles: ['editor', 'admin', 'owner'], scope: 'read' },
  connect: { roles: ['admin', 'owner'], scope: 'connect' },
  own: { roles: ['owner'], scope: null },
  push: { roles: [], scope: 'orgs:write' },
};
const isRead = ({ permission }: Route): boolean => permission === 'read' || permission === 'read_logs';

let home: Furnished;
const people = new Map<Role, Person>();

beforeAll(async () => {
  home = await furnish(fixture);
  for (const role of ['member', 'editor', 'admin', 'owner'] as const) {
    people.set(role, await home.organisation.member(role));
  }
});

/** Status and code of each route for one caller, by route. */
async function row(caller: ApiClient, of: readonly Route[] = ROUTES): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const route of of) {
    const { status, body } = await caller.call(route.method, route.path(home.ids), route.body?.(home.ids));
    answers[`${route.method} ${route.template}`] = status < 400 ? String(status) : `${status} ${body.code}`;
  }
  return answers;
}

const expected = (judge: (route: Route) => string, of: readonly Route[] = ROUTES): Record<string, string> =>
  Object.fromEntries(of.map((route) => [`${route.method} ${route.template}`, judge(route)]));

/** Calls that would spoil the fixture are made only by callers that are refused. */
const lasting = ROUTES.filter(({ last }) => last !== true);
const within = (allowed: (route: Route) => boolean): Route[] =>
  ROUTES.filter((route) => route.last !== true || !allowed(route));

describe('every route', () => {
  it('anonymous: 401, with a challenge', async () => {
    const anonymous = new ApiClient(fixture.origin, '');
    expect(await row(anonymous)).toEqual(expected(() => '401 unauthenticated'));
    const { headers } = await anonymous.get(`${home.organisation.path}/usage`);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  it('an outsider, and an owner who was removed: there is no such organisation', async () => {
    const outsider = await fixture.person();
    const removed = await home.organisation.member('owner');
    await home.organisation.remove(removed);
    for (const { api } of [outsider, removed]) {
      expect(await row(api)).toEqual(expected(() => '404 organisation_not_found'));
    }
  });

  it.each<[Role]>([['member'], ['editor'], ['admin'], ['owner']])('as %s', async (role) => {
    const allowed = ({ permission }: Route): boolean => MAY[permission].roles.includes(role);
    const of = within(allowed);
    const answers = await row(people.get(role)!.api, of);
    expect(answers).toEqual(expected((route) => (allowed(route) ? String(route.ok) : '403 not_allowed'), of));
  });

  it.each(SCOPES.map((scope) => [scope]))('as a service with the scope %s, in its own name', async (scope) => {
    const allowed = ({ permission }: Route): boolean => MAY[permission].scope === scope;
    const of = within(allowed);
    const answers = await row(await fixture.service(`service-${scope}`), of);
    // A mark belongs to its reader: a service has to say whose. A connect session of its own is a link.
    expect(answers).toEqual(
      expected((route) => (allowed(route) && route.personal !== true ? String(route.ok) : '403 not_allowed'), of),
    );
  });

  it('as a service that is configured for other organisations: there is none', async () => {
    expect(await row(await fixture.service('service-elsewhere'))).toEqual(expected(() => '404 organisation_not_found'));
  });

  it.each<[Role]>([['member'], ['editor'], ['admin']])(
    'as a service with every scope, on behalf of a member who is %s',
    async (role) => {
      // Both must be allowed; no service can push on behalf of a person.
      const allowed = ({ permission }: Route): boolean => MAY[permission].roles.includes(role);
      const of = within(allowed);
      const caller = fixture.host.onBehalfOf(people.get(role)!.userId);
      expect(await row(caller, of)).toEqual(
        expected((route) => (allowed(route) ? String(route.ok) : '403 not_allowed'), of),
      );
    },
  );

  it('as a service on behalf of a person who is no member, or of an id that no person can have', async () => {
    expect(await row(fixture.host.onBehalfOf(unique('outsider')))).toEqual(expected(() => '403 not_allowed'));
    expect(await row(fixture.host.onBehalfOf('x'.repeat(256)))).toEqual(expected(() => '400 user_id_malformed'));
  });

  it('as a person with the header On-Behalf-Of: it is a service’s, and gives a person nothing', async () => {
    const member = people.get('member')!;
    const answers = await row(member.api.onBehalfOf(people.get('owner')!.userId), lasting);
    expect(answers['PATCH /v1/orgs/:org/profiles/:id']).toBe('403 not_allowed');
  });

  it('in a suspended organisation: reads, what is the owner’s own, and the push that ends it', async () => {
    await home.organisation.push({ status: 'suspended' });
    try {
      // What is the owner's own stays theirs: to take the data along, or to have it erased.
      const of = within(({ permission }) => permission === 'own');
      const owner = await row(people.get('owner')!.api, of);
      const allowed = (route: Route): boolean => isRead(route) || route.permission === 'own';
      const refused = ({ permission }: Route): string =>
        permission === 'push' ? '403 not_allowed' : '403 organisation_suspended';
      expect(owner).toEqual(expected((route) => (allowed(route) ? String(route.ok) : refused(route)), of));
      const service = await row(await fixture.service('service-connect'));
      expect(service['POST /v1/orgs/:org/sync']).toBe('403 organisation_suspended');
    } finally {
      await home.organisation.push({ status: 'active' });
    }
    expect((await people.get('owner')!.api.post(`${home.organisation.path}/sync`)).status).toBe(202);
  });
});

describe('AZ-04 a change of role', () => {
  it('acts on the next call, with the same token', async () => {
    const person = await home.organisation.member('admin');
    const call = async (): Promise<string> => {
      const { status, body } = await person.switch(home.organisation, home.ids.profile, { track: true });
      return `${status} ${body.code ?? ''}`.trim();
    };
    expect(await call()).toBe('200');
    await home.organisation.setRole(person, 'editor');
    expect(await call()).toBe('403 not_allowed');
    await home.organisation.setRole(person, 'owner');
    expect(await call()).toBe('200');
    await home.organisation.remove(person);
    expect(await call()).toBe('404 organisation_not_found');
  });

  it('shows at once in GET /v1/me', async () => {
    const person = await home.organisation.member('member');
    const me = async () => (await person.api.get('/v1/me')).body;
    expect(await me()).toMatchObject({
      kind: 'user',
      id: person.userId,
      orgs: [{ id: home.organisation.id, role: 'member' }],
    });
    await home.organisation.setRole(person, 'owner');
    expect((await me()).orgs[0].role).toBe('owner');
    await home.organisation.remove(person);
    expect((await me()).orgs).toEqual([]);
    expect((await fixture.host.get('/v1/me')).body).toMatchObject({
      kind: 'service',
      id: 'host-platform',
      scopes: SCOPES,
    });
  });
});
