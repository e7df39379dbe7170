// A code was traded in, and then something goes wrong: the grant ends as a connection or revoked, says the provider's ledger.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { startCluster, type TestCluster } from '../../support/cluster.js';
import { ADMIN_URL } from '../../support/setup/global-setup.js';
import { type Organisation, type Person } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { Link } from '../support/link.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { tally } from '../support/tally.js';

let cluster: TestCluster;
beforeAll(async () => {
  // A server of its own: it is stopped in the middle, and others are at work on the run's.
  cluster = await startCluster();
  process.env[ADMIN_URL] = cluster.server.adminUrl;
  process.env['TEST_POSTGRES_URL'] = cluster.server.databaseUrl;
});
const fixture = useFaultFixture({ about: 'after the exchange', processes: 2 });
afterAll(() => cluster.remove());

const ME = { platform: 'x', path: '/2/users/me' } as const;

interface Attempt {
  readonly organisation: Organisation;
  readonly admin: Person;
  readonly external: Json;
  readonly session: Json;
  readonly link: Link;
  /** The browser comes back, at that process; null: it is not answered. */
  back(process?: number): Promise<number | null>;
}

async function attempt(): Promise<Attempt> {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const external = await fixture.xPerson();
  const { session, callback } = await admin.untilCallback(organisation, 'x', external.id);
  const link = new Link(fixture, organisation, admin, external, 'conn_', []);
  const back = (process = 0): Promise<number | null> =>
    admin.visit(`${fixture.at(process).origin}${callback.pathname}${callback.search}`).then(
      ({ status }) => status,
      () => null,
    );
  return { organisation, admin, external, session, link, back };
}

async function ends(organisation: Organisation, admin: Person, session: Json, outcome: string): Promise<void> {
  const path = `${organisation.path}/connect-sessions/${session.id}`;
  await eventually(async () => expect((await admin.api.get(path)).body.outcome).toBe(outcome));
}

/** The only pair that was ever given out is the one that is stored, and it works. */
async function isConnected({ organisation, admin, external, session, link }: Attempt): Promise<void> {
  await ends(organisation, admin, session, 'connected');
  const [row] = await fixture.sql('select id from app.connection where org_id = $1', [organisation.id]);
  expect(row).toBeDefined();
  expect(await fixture.exchanges('x', external.id)).toHaveLength(1);
  const [pair] = await link.issued();
  expect(await link.opens(pair!.access)).toBe(true);
  expect(await fixture.sql('select id from app.revocation where org_id = $1', [organisation.id])).toEqual([]);
}

it.each([
  ['answers 500', { effect: 'status', status: 500 }],
  ['answers 429', { effect: 'status', status: 429 }],
  ['cuts the connection', { effect: 'reset_before' }],
])(
  'OA-23 users/me %s: the browser is answered, and the grant is connected as it comes back',
  async (_, fault) => {
    const one = await attempt();
    await fixture.provider.fault({ ...ME, person: one.external.id, times: 2, ...fault });
    expect(await one.back()).toBe(303);
    await isConnected(one);
    tally('OA-23 users/me fails after the exchange', { tries: 1 });
  },
  120_000,
);

it('OA-23 users/me never says whose grant it is: the grant is revoked, and the session says so', async () => {
  const one = await attempt();
  await fixture.provider.fault({ ...ME, person: one.external.id, times: 0, effect: 'status', status: 500 });
  expect(await one.back()).toBe(303);
  await fixture.sql(
    `update app.exchanged_grant set received_at = received_at - interval '2 hours', next_at = app.now()`,
  );
  await ends(one.organisation, one.admin, one.session, 'provider_error');
  await eventually(async () => {
    const rows = await fixture.sql('select outcome from app.revocation where org_id = $1', [one.organisation.id]);
    expect(rows).toEqual([{ outcome: 'revoked' }]);
  });
  await fixture.provider.clearFaults(one.external.id as string);
  const alive = await one.link.alive();
  expect(alive).toEqual([]);
  tally('OA-23 a person who is never found out', { tries: 1, leaked: alive.length });
});

it('OA-23 PostgreSQL is away before the store: the grant is stored once it is back', async () => {
  const one = await attempt();
  const held = await fixture.provider.hold('after', {
    platform: 'x',
    path: '/2/oauth2/token',
    when: { grant_type: 'authorization_code' },
  });
  const answer = one.back();
  await held.reached();
  await cluster.server.stop('immediate');
  await held.release();
  await fixture.untilNotStored(fixture.at(0));
  await cluster.server.start();
  expect(await answer).toBe(303);
  await isConnected(one);
  tally('OA-23 PostgreSQL away before the store', { tries: 1 });
});

it('OA-23 asked to end during a slow callback: the browser is answered, and the process ends in order', async () => {
  const one = await attempt();
  const held = await fixture.provider.hold('after', { ...ME, person: one.external.id });
  const answer = one.back(1);
  await held.reached();
  const exit = fixture.at(1).stop();
  await fixture.untilStopping(fixture.at(1));
  await held.release();
  expect(await answer).toBe(303);
  expect(await exit).toEqual({ code: 0, signal: null });
  fixture.processes.splice(1, 1);
  await isConnected(one);
  tally('OA-23 SIGTERM during a slow callback', { tries: 1 });
});

it('OA-23 killed while it asks whose grant it is: another process goes on within two minutes', async () => {
  await fixture.startApi();
  const one = await attempt();
  const held = await fixture.provider.hold('before', { ...ME, person: one.external.id });
  const answer = one.back(1);
  await held.reached();
  await fixture.kill(fixture.at(1));
  expect(await answer).toBeNull();
  await held.release();
  const began = Date.now();
  await isConnected(one);
  expect(Date.now() - began).toBeLessThan(120_000);
  tally('OA-23 SIGKILL after the exchange', { tries: 1 });
});

describe('OA-23 Meta’s /me after the exchange', () => {
  /** A person at Meta whose browser is about to come back. */
  async function atMeta() {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const external = await fixture.metaPerson([{ name: 'Blue Door', posts: 0 }]);
    const { session, callback } = await admin.untilCallback(organisation, 'meta', external.id);
    const url = `${fixture.at(0).origin}${callback.pathname}${callback.search}`;
    const grants = async () => (await fixture.provider.send('GET', `/people/${external.id}/grants`))['data'] as Json[];
    const fails = (fault: object) =>
      fixture.provider.fault({ platform: 'meta', path: '/v27.0/me', person: external.id, ...fault });
    return { organisation, admin, session, person: external.id as string, grants, fails, back: () => admin.visit(url) };
  }

  it.each([
    ['answers 500', { effect: 'status', status: 500 }],
    ['cuts the connection', { effect: 'reset_before' }],
  ])(
    '%s: the grant is connected as it comes back',
    async (_, fault) => {
      const one = await atMeta();
      const rule = await one.fails({ times: 2, ...fault });
      expect((await one.back()).status).toBe(303);
      await ends(one.organisation, one.admin, one.session, 'connected');
      const { data } = (await fixture.provider.send('GET', '/faults')) as { data: Json[] };
      expect(data.find(({ id }) => id === rule)).toMatchObject({ applied: 2 });
      expect(await one.grants()).toMatchObject([{ state: 'living' }]);
      tally('OA-23 Meta’s /me fails after the exchange', { tries: 1 });
    },
    120_000,
  );

  it('never says whose grant it is: the grant is revoked, and the session says so', async () => {
    const one = await atMeta();
    await one.fails({ times: 0, effect: 'status', status: 500 });
    expect((await one.back()).status).toBe(303);
    await fixture.sql(
      `update app.exchanged_grant set received_at = received_at - interval '2 hours', next_at = app.now()`,
    );
    await ends(one.organisation, one.admin, one.session, 'provider_error');
    // Another connection may hold the same person's grant, so it is not revoked before Meta has said whose it is.
    await fixture.provider.clearFaults(one.person);
    await eventually(async () => {
      await fixture.sql('update app.revocation set next_at = app.now() where next_at > app.now()');
      const rows = await fixture.sql('select outcome from app.revocation where org_id = $1', [one.organisation.id]);
      expect(rows).toEqual([{ outcome: 'revoked' }]);
    });
    const alive = (await one.grants()).filter(({ state }) => state === 'living');
    expect(alive).toEqual([]);
    tally('OA-23 a person of Meta’s who is never found out', { tries: 1, leaked: alive.length });
  });
});

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
