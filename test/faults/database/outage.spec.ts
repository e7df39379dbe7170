// The database goes and comes back under requests: every answer says so, the log says it once, and a start waits for it.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, type Answer } from '../../support/api-client.js';
import { startCluster, type TestCluster } from '../../support/cluster.js';
import { linesOf, WARN } from '../../support/log-lines.js';
import { apiSettings, freePort } from '../../support/processes.js';
import { launch, type UnderWay } from '../../support/run-to-end.js';
import { ADMIN_URL } from '../../support/setup/global-setup.js';
import { eventually } from '../../support/story.js';
import { itEndsWell, useStage } from '../support/stage.js';
import { tally } from '../support/tally.js';

let cluster: TestCluster;
beforeAll(async () => {
  // A server of its own: it is stopped in the middle, and others are at work on the run's.
  cluster = await startCluster();
  process.env[ADMIN_URL] = cluster.server.adminUrl;
  process.env['TEST_POSTGRES_URL'] = cluster.server.databaseUrl;
});
const stage = useStage({ about: 'database, outage', env: { LOG_LEVEL: 'info' } });
let late: UnderWay | undefined;
afterAll(async () => {
  late?.kill();
  await late?.ended;
  await cluster.remove();
});

it('OB-11 stopped at once and started again under requests: 503 with Retry-After, two lines in the log, and a start waits', async () => {
  const link = await stage.link();
  const api = new ApiClient(stage.at(0).origin, link.admin.api.token);
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
  late = launch('main', {
    ...apiSettings(stage.database.url, stage.sandbox.origin),
    PORT: String(await freePort()),
    PUBLIC_URL: stage.origin,
  });
  await eventually(() => expect(late!.output()).toMatch(/Waiting for the database, for \d+ s more/));
  await eventually(() => expect(away().length).toBeGreaterThan(20));
  await cluster.server.start();
  await eventually(() => expect(late!.output()).toContain('"msg":"Started"'));
  await eventually(async () => expect((await api.get('/ready')).status).toBe(200));
  asked.abort();
  await Promise.all(load);

  expect(new Set(away().map(({ status }) => status))).toEqual(new Set([503]));
  expect(away().filter(({ headers }) => !headers.has('retry-after'))).toEqual([]);
  await eventually(async () => {
    const said = linesOf(stage.at(0).output()).filter(
      ({ context, msg }) => context === 'Database' || /database/i.test(msg),
    );
    expect(said.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^The database is unavailable/),
      'The database is back.',
    ]);
  });
  // Nothing else complains, however many statements failed: of the link that does not exist, each 404 is a line.
  const loud = linesOf(stage.at(0).output()).filter(({ level, status }) => level >= WARN && status !== 404);
  expect(loud.map(({ msg }) => msg)).toEqual([expect.stringMatching(/^The database is unavailable/)]);
  tally('OB-11 PostgreSQL stopped under requests', { tries: answers.length });
});

itEndsWell(stage);
