// Before the first test that needs a database: one PostgreSQL cluster for the whole run.
import { startCluster, type TestCluster } from '../cluster.ts';

/** Tells the workers where the cluster is; they inherit the environment. */
export const ADMIN_URL = 'TEST_POSTGRES_ADMIN_URL';

let cluster: TestCluster | undefined;
const users: (() => Promise<void>)[] = [];

export default async function setUp(): Promise<void> {
  if (cluster) return;
  cluster = await startCluster();
  process.env[ADMIN_URL] = cluster.server.adminUrl;
  process.env['TEST_POSTGRES_URL'] = cluster.server.databaseUrl;
}

/** What is to end before the cluster does. */
export function beforeTearDown(end: () => Promise<void>): void {
  users.push(end);
}

export async function tearDown(): Promise<void> {
  try {
    for (const end of users.splice(0)) await end();
  } finally {
    await cluster?.remove();
    cluster = undefined;
  }
}
