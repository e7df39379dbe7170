// A migrated database of its own for each test that asks, cloned from a template that is migrated once per run.
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { ADMIN_URL, POOLED_URL, POOLER_PORT } from './setup/global-setup.ts';

export interface TestDatabase {
  /** The application's: owner of the database, no superuser. By way of PgBouncer in a run with POOLED=1. */
  readonly url: string;
  /** The same past PgBouncer. */
  readonly directUrl: string;
  /** A superuser's on the same database: to look where the application may not. */
  readonly adminUrl: string;
  /** Ends its connections and drops it. */
  drop(): Promise<void>;
}

export interface ClusterUrls {
  readonly adminUrl: string;
  readonly databaseUrl: string;
}

const TEMPLATE = 'template_social_connections';
/** Any number: workers that find no template wait for the one that makes it. */
const TEMPLATE_LOCK = 7_325_001;

/** Takes about 30 ms, once the template is there. `cluster` is the run's unless a test started its own. */
export async function createDatabase(cluster: ClusterUrls = clusterOfTheRun()): Promise<TestDatabase> {
  await ensureTemplate(cluster);
  return create(cluster, TEMPLATE);
}

/** One without any table: for tests of the migrations. */
export async function createEmptyDatabase(cluster: ClusterUrls = clusterOfTheRun()): Promise<TestDatabase> {
  return create(cluster, 'template1');
}

function clusterOfTheRun(): ClusterUrls {
  const adminUrl = process.env[ADMIN_URL];
  const databaseUrl = process.env['TEST_POSTGRES_URL'];
  if (!adminUrl || !databaseUrl)
    throw new Error('No PostgreSQL: this jest project has no globalSetup (see jest.config.mjs)');
  return { adminUrl, databaseUrl };
}

async function create(cluster: ClusterUrls, template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const owner = new URL(cluster.databaseUrl).username;
  // Files are copied in 25 ms; by way of the log, the default, it took up to 500.
  const create = `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy OWNER ${owner}`;
  await asAdmin(cluster, (admin) => admin.query(create));
  const directUrl = withDatabase(cluster.databaseUrl, name);
  return {
    url: pooled(directUrl),
    directUrl,
    adminUrl: withDatabase(cluster.adminUrl, name),
    drop: () => asAdmin(cluster, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** A test's own cluster has no pooler before it. */
function pooled(directUrl: string): string {
  const port = process.env[POOLER_PORT];
  const url = new URL(directUrl);
  if (port === undefined || url.port !== new URL(process.env[POOLED_URL]!).port) return directUrl;
  url.port = port;
  return url.href;
}

const withTemplate = new Set<string>();

async function ensureTemplate(cluster: ClusterUrls): Promise<void> {
  if (withTemplate.has(cluster.adminUrl)) return;
  await asAdmin(cluster, async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rowCount === 0) {
      const unfinished = `${TEMPLATE}_unfinished`;
      await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${unfinished} OWNER ${new URL(cluster.databaseUrl).username}`);
      // Only here, so that tests without a database load no ORM.
      const { migrate } = await import('@infrastructure/schema/migrate.js');
      await migrate(withDatabase(cluster.databaseUrl, unfinished), 'test');
      await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${TEMPLATE}`);
    }
  });
  withTemplate.add(cluster.adminUrl);
}

async function asAdmin(cluster: ClusterUrls, work: (admin: Client) => Promise<unknown>): Promise<void> {
  const admin = new Client({ connectionString: cluster.adminUrl });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}
