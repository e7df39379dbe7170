/** Checks that an applied migration has not changed: databases made by different versions of it would differ unnoticed. */
import type { Migration } from '@mikro-orm/migrations';
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { MIGRATIONS } from '../persistence/orm-options.js';

/** The second of the migrations that the foundation replaced. */
const REPLACED = '0002-notices';

export class MigrationChanged extends Error {
  constructor(name: string) {
    super(`Migration ${name} is not the one that this database was made with. Start the release that it belongs to.`);
  }
}

/** It was made by several migrations that the one foundation has replaced. */
export class MigrationsReplaced extends Error {
  constructor() {
    super(
      'This database was made before the first release, by migrations that no longer exist. Name an empty one in DATABASE_URL; for the demo, remove its data folder (.data).',
    );
  }
}

/** @throws MigrationsReplaced for a database of the time before the foundation */
export async function refuseReplaced(client: Client): Promise<void> {
  const { rows: tables } = await client.query(`select to_regclass('app.migration') as there`);
  if (tables[0].there === null) return;
  const { rowCount } = await client.query(`select from app.migration where name = $1`, [REPLACED]);
  if (rowCount !== 0) throw new MigrationsReplaced();
}

/** @throws MigrationChanged */
export async function compareChecksums(client: Client, migrations = MIGRATIONS): Promise<void> {
  const { rows: tables } = await client.query(`select to_regclass('app.migration_checksum') as there`);
  if (tables[0].there === null) return;
  const { rows } = await client.query<{ name: string; checksum: string }>('select * from app.migration_checksum');
  const known = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  const changed = migrations.find((each) => known.has(each.name) && known.get(each.name) !== checksumOf(each));
  if (changed !== undefined) throw new MigrationChanged(changed.name);
}

/** Stores the checksums of applied migrations that have none yet. */
export async function keepChecksums(client: Client): Promise<void> {
  await client.query(
    `insert into app.migration_checksum (name, checksum)
     select name, checksum from unnest($1::text[], $2::text[]) as m (name, checksum) join app.migration using (name)
     on conflict do nothing`,
    [MIGRATIONS.map(({ name }) => name), MIGRATIONS.map(checksumOf)],
  );
}

/** The checksum of its statements, without comments and white space. */
function checksumOf({ class: Class }: (typeof MIGRATIONS)[number]): string {
  const migration = new (Class as unknown as new () => Migration)();
  void migration.up();
  // All of ours are text: none is built by the ORM.
  const statements = (migration.getQueries() as string[]).map((query) =>
    query.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim(),
  );
  return createHash('sha256').update(statements.join('\n')).digest('hex');
}
