// The database goes and comes back under requests, is full, or recovers: every answer says so, the log says it once, and a start waits for it.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ApiClient, type Answer } from '../../support/api-client.js';
import { startCluster, type TestCluster } from '../../support/cluster.js';
import { linesOf, WARN } from '../../support/log-lines.js';
import { apiSettings, freePort } from '../../support/processes.js';
import { launch, type UnderWay } from '../../support/run-to-end.js';
import { ADMIN_URL } from '../../support/setup/global-setup.js';
import { eventually } from '../../support/eventually.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { tally } from '../support/tally.js';

/** As long as it is there, a server that recovers from an archive is starting up. */
const RECOVERING = join(tmpdir(), `social-connections-recovering-${process.pid}`);

let cluster: TestCluster;
beforeAll(async () => {
  // A server of its own: it is stopped in the middle, and others are at work on the run's.
  cluster = await startCluster({
    max_connections: 60,
    restore_command: `while [ -e ${RECOVERING} ]; do sleep 0.1; done; false`,
  });
  process.env[ADMIN_URL] = cluster.server.adminUrl;
  process.env['TEST_POSTGRES_URL'] = cluster.server.databaseUrl;
});
/** One more program of this database, which is there or not. */
const start = async (): Promise<UnderWay> =>
  launch('main', {
    ...apiSettings(fixture.database.url, fixture.sandbox.origin),
    PORT: String(await freePort()),
    PUBLIC_URL: fixture.origin,
  });
const fixture = useFaultFixture({ about: 'database, outage', env: { LOG_LEVEL: 'info' } });
let late: UnderWay | undefined;
afterAll(async () => {
  rmSync(RECOVERING, { force: true });
  late?.kill();
  await late?.ended;
  await cluster.remove();
});

it('OB-11 stopped at once and started again under requests: 503 with Retry-After, two lines in the log, and a start waits', async () => {
  const link = await fixture.link();
  const api = new ApiClient(fixture.at(0).origin, link.admin.api.token);
  const { path } = link.organisation;
  const asks = [
    () => api.get(`${path}/profiles`),
    () => api.patch(`${path}/profiles/${link.profiles[0].id}`, { publish: true }),
    () => api.post(`${path}/connect-sessions`, { provider: 'x' }),
    () => api.get(`/connect/${'A'.repeat(43)}`),
    () => api.get('/ready'),
  ];
  const answers: Answer[] = [];
  const asked = new AbortController();
  const load = asks.map(async (ask) => {
    for (; !asked.signal.aborted; await sleep(20)) answers.push(await ask());
  });
  const away = () => answers.filter(({ status }) => status >= 500);
  await eventually(() => expect(answers.length).toBeGreaterThan(20));
  await cluster.server.stop('immediate');
  late = await start();
  await eventually(() => expect(late!.output()).toMatch(/Waiting for the database, for \d+ s more/));
  await eventually(() => expect(away().length).toBeGreaterThan(20));
  await cluster.server.start();
  await eventually(() => expect(late!.output()).toContain('"msg":"Started"'));
  await eventually(async () => expect((await api.get('/ready')).status).toBe(200));
  asked.abort();
  await Promise.all(load);
  late.kill();
  await late.ended;

  expect(new Set(away().map(({ status }) => status))).toEqual(new Set([503]));
  expect(away().filter(({ headers }) => !headers.has('retry-after'))).toEqual([]);
  await eventually(async () => {
    const said = linesOf(fixture.at(0).output()).filter(
      ({ context, msg }) => context === 'Database' || /database/i.test(msg),
    );
    expect(said.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^The database is unavailable/),
      'The database is back.',
    ]);
  });
  // Nothing else complains, however many statements failed: of the link that does not exist, each 404 is a line.
  const loud = linesOf(fixture.at(0).output()).filter(({ level, status }) => level >= WARN && status !== 404);
  expect(loud.map(({ msg }) => msg)).toEqual([expect.stringMatching(/^The database is unavailable/)]);
  tally('OB-11 PostgreSQL stopped under requests', { tries: answers.length });
});

/** Takes every connection that the server has for roles that are no superuser, also those that are in use. */
async function takeAll(): Promise<Client[]> {
  const taken: Client[] = [];
  const admin = new Client({ connectionString: cluster.server.adminUrl });
  await admin.connect();
  const { rows } = await admin.query<{ places: number }>(
    `select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as places`,
  );
  // One of them is the administrator's own.
  while (taken.length < rows[0]!.places - 1) {
    const client = new Client({ connectionString: fixture.database.url, application_name: 'taker' });
    client.on('error', () => undefined);
    const refused = await client.connect().then(
      () => null,
      (error: unknown) => error,
    );
    if (refused === null) {
      taken.push(client);
      continue;
    }
    expect(refused).toMatchObject({ code: '53300' });
    // A connection that was ended gives its place back a moment later.
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> 'taker'
         and state is not null`,
    );
    await sleep(50);
  }
  // The administrator's counts as well: without it one more would be free.
  return [...taken, admin];
}

it('OB-11 the server has no connection left: 503 with Retry-After, and requests are served as soon as connections are free', async () => {
  const link = await fixture.link();
  const api = new ApiClient(fixture.at(0).origin, link.admin.api.token);
  const path = `${link.organisation.path}/profiles`;
  const ask = (i: number): Promise<Answer> =>
    i % 2 === 0 ? api.get(path) : api.patch(`${path}/${link.profiles[0].id}`, { publish: true });
  const ready = async () => (await api.get('/ready')).status;
  const taken = await takeAll();

  const full = await Promise.all([...Array.from({ length: 20 }, (_, i) => ask(i)), api.get('/ready')]);
  expect(full.map(({ status }) => status)).toEqual(full.map(() => 503));
  expect(full.filter(({ headers }) => !headers.has('retry-after'))).toEqual([]);
  expect(full[0]?.body.code).toBe('database_unavailable');
  // Enough for the queue's four, and for a few of the requests at once.
  await Promise.all(taken.splice(0, 8).map((client) => client.end()));
  await eventually(async () => expect((await ask(0)).status).toBe(200));
  const crowded = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(i)));
  expect(crowded.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
  expect(crowded.filter(({ status, headers }) => status === 503 && !headers.has('retry-after'))).toEqual([]);

  await Promise.all(taken.map((client) => client.end()));
  await eventually(async () => expect(await ready()).toBe(200));
  const served = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(i)));
  expect(new Set(served.map(({ status }) => status))).toEqual(new Set([200]));
  expect(fixture.at(0).output()).not.toMatch(/"status":500/);
  tally('OB-11 no connection left on PostgreSQL', { tries: full.length + crowded.length });
});

it('OB-11 started while PostgreSQL is starting up: the program says once that it waits, and comes up', async () => {
  await cluster.server.stop('fast');
  writeFileSync(RECOVERING, '');
  writeFileSync(join(cluster.server.folder, 'data', 'recovery.signal'), '');
  const recovered = cluster.server.start();
  await eventually(async () => {
    const client = new Client({ connectionString: fixture.database.url });
    await expect(client.connect()).rejects.toMatchObject({ code: '57P03' });
  });
  const early = await start();
  try {
    await eventually(() => expect(early.output()).toContain('Waiting for the database'));
    const answer = await new ApiClient(fixture.at(0).origin, '').get('/ready');
    expect([answer.status, answer.headers.has('retry-after')]).toEqual([503, true]);
    rmSync(RECOVERING);
    await recovered;
    await eventually(() => expect(early.output()).toContain('"msg":"Started"'));
    const waits = linesOf(early.output()).filter(({ msg }) => msg.startsWith('Waiting for the database'));
    expect(waits.map(({ reason }) => reason)).toEqual(['the database system is starting up']);
    await eventually(async () => expect((await fetch(`${fixture.at(0).origin}/ready`)).status).toBe(200));
    tally('OB-11 started while PostgreSQL is starting up', { tries: 1 });
  } finally {
    early.kill();
    await early.ended;
  }
});

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
