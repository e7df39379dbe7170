// The database goes, or the process is asked to, while the only copy of a new token is in the memory of one process.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster, type TestCluster } from '../../support/cluster.js';
import { ADMIN_URL } from '../../support/setup/global-setup.js';
import { REFRESH } from '../support/link.js';
import { itEndsWell, useStage } from '../support/stage.js';
import { tally } from '../support/tally.js';

let cluster: TestCluster;
beforeAll(async () => {
  // A server of its own: it is stopped in the middle, and others are at work on the run's.
  cluster = await startCluster();
  process.env[ADMIN_URL] = cluster.server.adminUrl;
  process.env['TEST_POSTGRES_URL'] = cluster.server.databaseUrl;
});
const stage = useStage({ about: 'refresh, stops', processes: 2 });
afterAll(() => cluster.remove());

it('RF-16 PostgreSQL stopped at once after the provider’s success: the token is saved as soon as it is back', async () => {
  const link = await stage.link();
  await stage.provider.switch('x.refresh_reuse', 'family_kill', link.person);
  await link.left('-1 second');
  const held = await stage.provider.hold('after', { ...REFRESH, person: link.person });
  const asked = link.look(0);
  await held.reached();
  await cluster.server.stop('immediate');
  await held.release();
  await sleep(3_000);
  await cluster.server.start();

  expect((await asked).status).toBe(200);
  expect(await link.row()).toMatchObject({ version: 2, sent_at: null, reauth_reason: null });
  const verdict = await link.verdict();
  expect(verdict).toEqual({ reason: null, usable: true });
  const calls = await link.refreshes();
  expect(calls).toHaveLength(1);
  expect((await link.look(1)).body).toMatchObject({ health: 'healthy' });
  tally('RF-16 PostgreSQL stopped after the success', { tries: 1, lost: Number(!verdict.usable) });
});

it('RF-16 PostgreSQL stopped at once under forty transactions: none keeps its place, and the process serves as before', async () => {
  const link = await stage.link();
  const [profile] = link.profiles;
  const path = `${link.organisation.path}/profiles/${profile.id}`;
  let answers!: Promise<unknown>;
  // They wait inside their transactions, until the server is gone under them.
  await stage
    .withLocked('select 1 from app.organisation where id = $1', [link.organisation.id], async () => {
      answers = Promise.all(Array.from({ length: 40 }, () => link.client(0).patch(path, { track: true })));
      await sleep(2_000);
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
  const link = await stage.link();
  await stage.provider.switch('x.refresh_reuse', 'family_kill', link.person);
  await link.left('-1 second');
  const held = await stage.provider.hold('after', { ...REFRESH, person: link.person });
  const asked = link.look(1).catch(() => null);
  await held.reached();
  const exit = stage.at(1).stop();
  await sleep(500);
  await held.release();

  expect(await exit).toEqual({ code: 0, signal: null });
  await asked;
  stage.processes.splice(1, 1);
  const verdict = await link.verdict();
  expect(verdict).toEqual({ reason: null, usable: true });
  expect(await link.refreshes()).toHaveLength(1);
  expect((await link.look(0)).body).toMatchObject({ health: 'healthy' });
  tally('RF-17 SIGTERM during a refresh', { tries: 1, lost: Number(!verdict.usable) });
});

itEndsWell(stage);
