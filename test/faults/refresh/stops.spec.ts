// The database goes, or the process is asked to, while the only copy of a new token is in the memory of one process.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../support/api-client.js';
import { startCluster, type TestCluster } from '../../support/cluster.js';
import type { Running } from '../../support/processes.js';
import { ADMIN_URL } from '../../support/setup/global-setup.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { countReads, untilWaiting } from '../../support/waiting.js';
import { REFRESH, type Link } from '../support/link.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { tally } from '../support/tally.js';

/** The subject of its test: longer than a lease, and than every time-out of the database's and of the client's. */
const AWAY_MS = 45_000;

let cluster: TestCluster;
let network: TcpProxy;
beforeAll(async () => {
  // A server of its own: it is stopped in the middle, and others are at work on the run's.
  cluster = await startCluster();
  process.env[ADMIN_URL] = cluster.server.adminUrl;
  process.env['TEST_POSTGRES_URL'] = cluster.server.databaseUrl;
  network = await TcpProxy.to({ host: '127.0.0.1', port: cluster.server.port });
});
const fixture = useFaultFixture({ about: 'refresh, stops', processes: 2 });
afterAll(async () => {
  network.close();
  await cluster.remove();
});

/** What the provider gave out last is what is stored, it was asked once, and every process can work with it. */
async function expectKept(link: Link): Promise<void> {
  expect(await link.row()).toMatchObject({ version: 2, presented_at: null, reauth_reason: null });
  expect(await link.verdict()).toEqual({ reason: null, usable: true });
  expect((await link.refreshes()).map(({ status }) => status)).toEqual([200]);
  expect(await link.notices()).toEqual([]);
  expect((await link.look(1)).body).toMatchObject({ health: 'healthy' });
}

/** Begins a refresh, and holds the provider's answer until the new pair is given out: `given()` releases the answer. */
async function rotating(link: Link, process: Running): Promise<{ asked: Promise<Answer>; given: () => Promise<void> }> {
  await fixture.provider.switch('x.refresh_reuse', 'family_kill', link.person);
  await link.left('-1 second');
  const held = await fixture.provider.hold('after', { ...REFRESH, person: link.person });
  const asked = link.look(fixture.processes.indexOf(process));
  await held.reached();
  return { asked, given: () => held.release() };
}

/** Of the frozen holder: any other process may take it. */
async function leaseIsOver(link: Link): Promise<void> {
  const over = 'select 1 from app.credential where id = $1 and lease_until < app.now()';
  await eventually(async () => expect(await fixture.sql(over, [link.id])).toHaveLength(1));
}

it('RF-16 PostgreSQL stopped at once after the provider’s success: the token is saved as soon as it is back', async () => {
  const link = await fixture.link();
  const { asked, given } = await rotating(link, fixture.at(0));
  await cluster.server.stop('immediate');
  await given();
  await fixture.untilNotStored(fixture.at(0));
  await cluster.server.start();

  expect((await asked).status).toBe(200);
  await expectKept(link);
  tally('RF-16 PostgreSQL stopped after the success', { tries: 1 });
});

it('RF-16 PostgreSQL away for longer than the lease, others asking all the while: none of them is faster than the new token', async () => {
  const link = await fixture.link();
  const { asked, given } = await rotating(link, fixture.at(0));
  await cluster.server.stop('immediate');
  await given();
  const back = new AbortController();
  // A process that finds the database back sees a lease that is over, and a refresh token that was used up.
  const others = Array.from({ length: 20 }, async () => {
    for (;;) {
      const answer = await link.look(1);
      if (back.signal.aborted && answer.status !== 503) return answer;
      await sleep(20);
    }
  });
  await sleep(AWAY_MS);
  back.abort();
  await cluster.server.start();

  expect((await asked).status).toBe(200);
  const served = await Promise.all(others);
  expect(new Set(served.map(({ body }) => body.health))).toEqual(new Set(['healthy']));
  await expectKept(link);
  tally('RF-16 PostgreSQL away for 45 s after the success', { tries: 1 + others.length });
});

it('RF-16 the database back, and the process with the new token slower than all others: they wait for it', async () => {
  const link = await fixture.link();
  const holder = fixture.at(0);
  const { asked, given } = await rotating(link, holder);
  await link.later();
  await cluster.server.stop('immediate');
  await given();
  const refused = new Set<number>();
  const others = Array.from({ length: 4 }, async (_, i) => {
    for (;;) {
      const answer = await link.look(1);
      if (answer.status !== 503) return answer;
      refused.add(i);
      await sleep(20);
    }
  });
  await eventually(() => expect(refused.size).toBe(4));
  await fixture.untilNotStored(holder);
  await holder.kill('SIGSTOP');
  await cluster.server.start();
  await eventually(async () => expect((await fetch(`${fixture.at(1).origin}/ready`)).status).toBe(200));
  // They have read that the lease is over, many times, and present nothing.
  const read = await countReads(fixture, 'credential');
  await read(20);
  await holder.kill('SIGCONT');

  expect((await asked).status).toBe(200);
  const served = await Promise.all(others);
  expect(new Set(served.map(({ body }) => body.health))).toEqual(new Set(['healthy']));
  await expectKept(link);
  tally('RF-16 PostgreSQL back, the holder slow', { tries: 1 + others.length });
});

it('RF-05 frozen for longer than the lease while the new token’s row is locked: it is stored after the process wakes', async () => {
  const link = await fixture.link();
  const holder = fixture.at(0);
  const { asked, given } = await rotating(link, holder);
  const writes = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%update app.credential%'`;
  const hangs = () => eventually(async () => expect(await fixture.sql(writes)).toHaveLength(1));
  await fixture.withLocked('select 1 from app.credential where id = $1', [link.id], async () => {
    await given();
    await hangs();
    await holder.kill('SIGSTOP');
    await leaseIsOver(link);
    // The server gives the statement up.
    await eventually(async () => expect(await fixture.sql(writes)).toEqual([]));
    await holder.kill('SIGCONT');
    await hangs();
  });

  expect((await asked).status).toBe(200);
  await expectKept(link);
  tally('RF-05 SIGSTOP for 35 s in the write, row locked', { tries: 1 });
});

it('RF-05 frozen for longer than the lease while the write’s answer is on its way over a silent network: as well', async () => {
  const link = await fixture.link();
  const url = new URL(fixture.database.url);
  url.port = String(network.port);
  const holder = await fixture.startApi({ DATABASE_URL: url.href });
  const { asked, given } = await rotating(link, holder);
  const written = network.fallSilentAfter('update app.credential set access_token');
  await given();
  await written;
  await holder.kill('SIGSTOP');
  await leaseIsOver(link);
  // The server has ended the transaction that hears no more.
  const open = `select 1 from pg_stat_activity where state like 'idle in transaction%' and query ilike '%update app.credential%'`;
  await eventually(async () => expect(await fixture.sql(open)).toEqual([]));
  network.speak();
  await holder.kill('SIGCONT');

  expect((await asked).status).toBe(200);
  await expectKept(link);
  tally('RF-05 SIGSTOP for 35 s in the write, network silent', { tries: 1 });
});

it('RF-16 PostgreSQL stopped at once under forty transactions: none keeps its place, and the process serves as before', async () => {
  const link = await fixture.link();
  const [profile] = link.profiles;
  const path = `${link.organisation.path}/profiles/${profile.id}`;
  let answers!: Promise<unknown>;
  // They wait inside their transactions, until the server is gone under them.
  await fixture
    .withLocked('select 1 from app.organisation where id = $1', [link.organisation.id], async () => {
      answers = Promise.all(Array.from({ length: 40 }, () => link.client(0).patch(path, { track: true })));
      // As many as the process has connections; the rest wait for one.
      await untilWaiting(fixture, 10);
      await cluster.server.stop('immediate');
    })
    .catch(() => undefined);
  await cluster.server.start();
  await answers;
  const served = await Promise.all(Array.from({ length: 20 }, () => link.client(0).get(path)));
  expect(new Set(served.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await link.client(0).patch(path, { track: true })).status).toBe(200);
  tally('RF-16 PostgreSQL stopped under 40 transactions', { tries: 40 });
});

it('RF-17 asked to end in the middle of a refresh: what the provider gave is stored, and the process ends in order', async () => {
  const link = await fixture.link();
  await fixture.provider.switch('x.refresh_reuse', 'family_kill', link.person);
  await link.left('-1 second');
  const held = await fixture.provider.hold('after', { ...REFRESH, person: link.person });
  const asked = link.look(1).catch(() => null);
  await held.reached();
  const exit = fixture.at(1).stop();
  await fixture.untilStopping(fixture.at(1));
  await held.release();

  expect(await exit).toEqual({ code: 0, signal: null });
  await asked;
  fixture.processes.splice(1, 1);
  const verdict = await link.verdict();
  expect(verdict).toEqual({ reason: null, usable: true });
  expect(await link.refreshes()).toHaveLength(1);
  expect((await link.look(0)).body).toMatchObject({ health: 'healthy' });
  tally('RF-17 SIGTERM during a refresh', { tries: 1, lost: Number(!verdict.usable) });
});

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
