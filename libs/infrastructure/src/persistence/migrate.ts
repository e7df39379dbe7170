/** Brings a database up to date, on a connection of its own, one process at a time: schema, queue, and its mark. */
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { installQueue } from '../queue/install-queue.js';
import { ormOptions } from './orm-options.js';

export type DatabaseKind = 'demo' | 'real' | 'test';

/** Any number: it only has to be the same for all who migrate. */
const MIGRATION_LOCK = 7_234_001;

/**
 * @param kind what the caller takes the database for. A fresh one is marked so, for good.
 * @throws DatabaseOfAnotherKind where it was marked otherwise
 */
export async function migrate(databaseUrl: string, kind: DatabaseKind): Promise<void> {
  const lock = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await lock.query('create schema if not exists app');
    const orm = await MikroORM.init({
      // A migration takes as long as it takes.
      ...ormOptions(databaseUrl, { pool: { max: 1 }, driverOptions: {} }),
      entities: [],
      discovery: { warnWhenNoEntities: false },
    });
    try {
      await orm.migrator.up();
    } finally {
      await orm.close();
    }
    await installQueue(databaseUrl);
    const marked = await lock.query<{ kind: DatabaseKind }>(
      `with made as (insert into app.deployment (kind) values ($1) on conflict do nothing returning kind)
       select kind from made union all select kind from app.deployment limit 1`,
      [kind],
    );
    const found = marked.rows[0]!.kind;
    // A test's database is opened as a real one by the processes under test.
    if (found !== kind && !(found === 'test' && kind === 'real')) throw new DatabaseOfAnotherKind(found, kind);
  } finally {
    await lock.end();
  }
}

export class DatabaseOfAnotherKind extends Error {
  constructor(
    readonly found: DatabaseKind,
    readonly wanted: DatabaseKind,
  ) {
    super(`This is a ${found} database, and it never opens as a ${wanted} one. Name another database.`);
  }
}
