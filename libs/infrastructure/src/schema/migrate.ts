/**
 * Brings a database up to date, on a connection of its own, one process at a time: schema, queue, and the mark of its
 * kind.
 */
import { MikroORM } from '@mikro-orm/postgresql';
import type { Client } from 'pg';
import { connectTo } from '../database/database-client.js';
import { installQueue } from '../queue/install-queue.js';
import { compareChecksums, keepChecksums, refuseReplaced } from './migration-checksums.js';
import { MIGRATIONS, ormOptions } from '../persistence/orm-options.js';

export type DatabaseKind = 'demo' | 'real' | 'test';

/** Any number: it only has to be the same for all processes that migrate. */
const MIGRATION_LOCK = 7_234_001;
/** Overrides the role's setting: another process may migrate for minutes, and this one waits. */
const WITHOUT_TIMEOUTS = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']
  .map((name) => `set local ${name} = 0`)
  .join('; ');

/**
 * @param kind the kind that the caller expects. A new database is marked with it, permanently.
 * @returns the newest migration
 * @throws MigrationsReplaced
 * @throws MigrationChanged
 * @throws DatabaseOfAnotherKind where it was marked otherwise
 */
export async function migrate(databaseUrl: string, kind: DatabaseKind): Promise<string> {
  const lock = await connectTo(databaseUrl, { patient: true });
  try {
    // A lock of the transaction, which ends with it: one of the session would stay in a pooler's connection.
    await lock.query(`begin; ${WITHOUT_TIMEOUTS}`);
    await lock.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await separately(databaseUrl, refuseReplaced);
    await separately(databaseUrl, compareChecksums);
    const orm = await MikroORM.init({
      ...ormOptions(databaseUrl, { size: 1, patient: true }),
      entities: [],
      discovery: { warnWhenNoEntities: false },
    });
    try {
      await orm.em.fork().execute('create schema if not exists app');
      await orm.migrator.up();
    } finally {
      await orm.close();
    }
    await separately(databaseUrl, keepChecksums);
    await installQueue(databaseUrl);
    const marked = await lock.query<{ kind: DatabaseKind }>(
      `with made as (insert into app.deployment (kind) values ($1) on conflict do nothing returning kind)
       select kind from made union all select kind from app.deployment limit 1`,
      [kind],
    );
    const found = marked.rows[0]!.kind;
    // A test's database is opened as a real one by the processes under test.
    if (found !== kind && !(found === 'test' && kind === 'real')) throw new DatabaseOfAnotherKind(found, kind);
    await lock.query('commit');
    return MIGRATIONS.at(-1)!.name;
  } finally {
    await lock.end();
  }
}

/** A table that the lock's own transaction has read could not be changed by a migration before its end. */
async function separately(databaseUrl: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = await connectTo(databaseUrl, { patient: true });
  try {
    await work(client);
  } finally {
    await client.end();
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
