/** A migration that was applied and then edited is noticed, before anything is changed. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Migration } from '@mikro-orm/migrations';
import type { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../../support/databases.js';
import { connectTo } from '@infrastructure/database/database-client.js';
import { migrate } from '@infrastructure/schema/migrate.js';
import { compareChecksums, MigrationChanged, MigrationsReplaced } from '@infrastructure/schema/migration-checksums.js';
import { MIGRATIONS } from '@infrastructure/persistence/orm-options.js';

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createDatabase();
  client = await connectTo(database.directUrl);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

it('OB-14 every migration has its checksum, and a start compares them', async () => {
  const { rows } = await client.query('select name from app.migration_checksum order by name');
  expect(rows.map(({ name }) => name)).toEqual(MIGRATIONS.map(({ name }) => name).toSorted());
  await client.query(`update app.migration_checksum set checksum = 'other' where name = '0001-foundation'`);
  await expect(migrate(database.directUrl, 'test')).rejects.toThrow(MigrationChanged);
  await expect(migrate(database.directUrl, 'test')).rejects.toThrow(/0001-foundation/);
  await client.query(`delete from app.migration_checksum where name = '0001-foundation'`);
  await migrate(database.directUrl, 'test');
});

it('OB-14 what counts are the statements, not their comments and spaces', async () => {
  const first = MIGRATIONS[0]!;
  const edited = (change: (text: string) => string) => {
    class Edited extends Migration {
      override up(): void {
        const original = new (first.class as unknown as new () => Migration)();
        void original.up();
        for (const query of original.getQueries() as string[]) this.addSql(change(query));
      }
    }
    return compareChecksums(client, [{ ...first, class: Edited }]);
  };
  await edited((text) => `-- another comment\n${text.replaceAll('\n', '\n\n')}`);
  await expect(edited((text) => text.replace('not null', ''))).rejects.toThrow(MigrationChanged);
});

it('a database of before the foundation was one migration is refused with what to do', async () => {
  await client.query(`insert into app.migration (name) values ('0002-notices')`);
  await expect(migrate(database.directUrl, 'test')).rejects.toThrow(MigrationsReplaced);
  await expect(migrate(database.directUrl, 'test')).rejects.toThrow(/Name an empty one in DATABASE_URL/);
  await client.query(`delete from app.migration where name = '0002-notices'`);
  expect(await migrate(database.directUrl, 'test')).toBe('0001-foundation');
});
