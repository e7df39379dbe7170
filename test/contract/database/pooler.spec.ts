/** Behind PgBouncer in transaction mode: nothing is refused, nothing stays in its sessions, and every transaction has its time-outs. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { createEmptyDatabase, type TestDatabase } from '../../support/databases.js';
import { startPgBouncer, type Pooler } from '../../support/pgbouncer.js';
import { connectTo } from '@infrastructure/database/database-client.js';
import { Database } from '@infrastructure/persistence/database.js';
import { migrate } from '@infrastructure/schema/migrate.js';
import { ormOptions } from '@infrastructure/persistence/orm-options.js';
import { PostgresWork } from '@infrastructure/persistence/postgres-work.js';

let database: TestDatabase;
let pooler: Pooler;
let url: string;
beforeAll(async () => {
  database = await createEmptyDatabase();
  pooler = await startPgBouncer(database.directUrl);
  url = pooler.through(database.directUrl);
});
afterAll(async () => {
  await pooler.stop();
  await database.drop();
});

const TIMEOUTS = `select current_setting('statement_timeout') || ' ' || current_setting('lock_timeout') || ' '
  || current_setting('idle_in_transaction_session_timeout') as all`;

it('OB-13 migrations through it leave no lock and no setting in a session: two processes, and one after them', async () => {
  await Promise.all([migrate(url, 'test'), migrate(url, 'test')]);
  await migrate(url, 'test');
  const admin = await connectTo(database.adminUrl);
  const { rows } = await admin.query(
    `select count(*)::int as held from pg_locks where locktype = 'advisory' and database =
       (select oid from pg_database where datname = current_database())`,
  );
  await admin.end();
  expect(rows[0].held).toBe(0);
});

it('OB-13 OB-08 each transaction has its time-outs, and a session none of them', async () => {
  const orm = await MikroORM.init({ ...ormOptions(url), entities: [], discovery: { warnWhenNoEntities: false } });
  try {
    const { em } = orm;
    const stores = new Database(em);
    const work = new PostgresWork(em);
    const seen = sql<{ all: string }>`${sql.raw(TIMEOUTS)}`;
    expect(await work.run(() => stores.inside(seen))).toEqual([{ all: '30s 15s 30s' }]);
    expect(await stores.read(seen)).toEqual([{ all: '0 0 0' }]);
  } finally {
    await orm.close();
  }
});

it('OB-08 where the session is ours, it has them itself', async () => {
  const client = await connectTo(database.directUrl);
  expect((await client.query(TIMEOUTS)).rows).toEqual([{ all: '30s 15s 30s' }]);
  await client.end();
});
