// The primary becomes a standby and another host the primary: 503 meanwhile, not ready, and the new one is found.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { startCluster, type TestCluster } from '../../support/cluster.js';
import { apiSettings, startApi, startSandbox, stopAll, type Running } from '../../support/processes.js';
import { ApiClient, SandboxClient } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { migrate } from '@infrastructure/schema/migrate.js';

const NAME = 'failover';
let clusters: [TestCluster, TestCluster];
let api: Running;
let host: ApiClient;

async function as(cluster: TestCluster, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: cluster.server.adminUrl });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
const urlAt = ({ server }: TestCluster): string => `postgres://${NAME}:secret@127.0.0.1:${server.port}/${NAME}`;
/** As a standby that is promoted or a primary that is demoted: of everything that is running, too. */
const readOnly = (cluster: TestCluster, on: boolean): Promise<void> =>
  as(cluster, `alter system set default_transaction_read_only = ${on ? 'on' : 'off'}`, 'select pg_reload_conf()');

beforeAll(async () => {
  clusters = await Promise.all([startCluster(), startCluster()]);
  for (const cluster of clusters) {
    await as(cluster, `create role ${NAME} login password 'secret'`, `create database ${NAME} owner ${NAME}`);
    await migrate(urlAt(cluster), 'test');
  }
  const [first, second] = clusters;
  await readOnly(second, true);
  const hosts = clusters.map(({ server }) => `127.0.0.1:${server.port}`).join(',');
  const sandbox = await startSandbox();
  api = await startApi({
    ...apiSettings(`postgres://${NAME}:secret@${hosts}/${NAME}?target_session_attrs=read-write`, sandbox.origin),
    MIGRATION_DATABASE_URL: urlAt(first),
  });
  host = new ApiClient(api.origin, await new SandboxClient(sandbox.origin).token({ service: 'host-platform' }));
});
afterAll(async () => {
  await stopAll();
  for (const cluster of clusters) await cluster.remove();
});

const push = (id: string) =>
  host.put(`/v1/orgs/${id}`, {
    name: id,
    plan: 'starter',
    active_profile_limit: 3,
    time_zone: 'UTC',
    analytics_retention_days: null,
    x_monthly_budget_usd: null,
    approval_available: false,
    status: 'active',
  });

it('OB-11 a server that turned read-only is 503 and not ready; the host that takes writes is found, without a restart', async () => {
  const [first, second] = clusters;
  expect((await push('before')).status).toBe(200);

  await readOnly(first, true);
  await eventually(async () => expect((await fetch(`${api.origin}/ready`)).status).toBe(503));
  const refused = await push('between');
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
    503,
    'database_unavailable',
    '5',
  ]);

  await readOnly(second, false);
  await eventually(async () => expect((await fetch(`${api.origin}/ready`)).status).toBe(200));
  // A connection that still leads to the first one is given up with the write that it refuses.
  await eventually(async () => expect((await push('after')).status).toBe(200));
  expect((await host.get('/v1/orgs/before/usage')).status).toBe(404);
  expect(api.output()).not.toMatch(/"status":500/);
});
