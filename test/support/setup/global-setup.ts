// Before the first test that needs a database: one PostgreSQL cluster for the whole run.
import { startCluster, type TestCluster } from '../cluster.ts';
import { startPgBouncer, type Pooler } from '../pgbouncer.ts';

/** Tells the workers where the cluster is; they inherit the environment. */
export const ADMIN_URL = 'TEST_POSTGRES_ADMIN_URL';

/** With POOLED=1: the port of the PgBouncer before the run's cluster. */
export const POOLER_PORT = 'TEST_POOLER_PORT';
/** What it stands before: a test's own cluster has none. */
export const POOLED_URL = 'TEST_POOLED_URL';

let cluster: TestCluster | undefined;
let pooler: Pooler | undefined;
const users: (() => Promise<void>)[] = [];

export default async function setUp(): Promise<void> {
  if (cluster) return;
  cluster = await startCluster();
  process.env[ADMIN_URL] = cluster.server.adminUrl;
  process.env['TEST_POSTGRES_URL'] = cluster.server.databaseUrl;
  if (process.env['POOLED'] !== '1') return;
  pooler = await startPgBouncer(cluster.server.databaseUrl);
  process.env[POOLED_URL] = cluster.server.databaseUrl;
  process.env[POOLER_PORT] = new URL(pooler.through(cluster.server.databaseUrl)).port;
}

/** What is to end before the cluster does. */
export function beforeTearDown(end: () => Promise<void>): void {
  users.push(end);
}

export async function tearDown(): Promise<void> {
  try {
    for (const end of users.splice(0)) await end();
  } finally {
    await pooler?.stop();
    await cluster?.remove();
    cluster = undefined;
  }
}
