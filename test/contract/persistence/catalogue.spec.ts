/** The database itself keeps organisations apart: a walk through its catalogue, and a wrong planted for each rule of the walk. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { KEYED_WITHOUT_TENANT, READ_ACROSS, WITHOUT_TENANT } from '@infrastructure/persistence/cross-tenant-tables.js';
import { createDatabase, type TestDatabase } from '../../support/databases.js';
import { statementsWithoutTenant } from './statements.js';
import { walkCatalogue } from './walk-catalogue.js';

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('AZ-03 Every table of a tenant', () => {
  it('carries org_id, in a key of its own and in every foreign key between two of them', async () => {
    expect(await walkCatalogue(client)).toEqual([]);
  });

  it.each<[wrong: string, ddl: string, line: string]>([
    [
      'without org_id',
      'create table app.bad (id uuid primary key)',
      'bad: has no org_id, and does not stand on the list',
    ],
    [
      'whose org_id may be null',
      'create table app.bad (id uuid primary key, org_id text, unique (org_id, id))',
      'bad: org_id may be null',
    ],
    [
      'without a key that begins with it',
      'create table app.bad (id uuid primary key, org_id text not null, unique (id, org_id))',
      'bad: no key begins with org_id',
    ],
    [
      'whose only such key is partial',
      'create table app.bad (id uuid primary key, org_id text not null); create unique index on app.bad (org_id, id) where id is not null',
      'bad: no key begins with org_id',
    ],
    [
      'with a foreign key of one column',
      'create table app.bad (id uuid primary key references app.account (id) deferrable initially deferred, org_id text not null, unique (org_id, id))',
      'bad_id_fkey: does not carry org_id on both sides',
    ],
    [
      'with a foreign key that takes another column for the tenant',
      'create table app.bad (id uuid primary key, org_id text not null, other text not null, unique (org_id, id), foreign key (other, id) references app.account (org_id, id) deferrable initially deferred)',
      'bad_other_id_fkey: does not carry org_id on both sides',
    ],
    [
      'with a foreign key that is checked at once',
      'create table app.bad (id uuid primary key, org_id text not null, unique (org_id, id), foreign key (org_id, id) references app.account (org_id, id))',
      'bad_org_id_id_fkey: is not checked at commit',
    ],
    [
      'with a time without its zone',
      'alter table app.account add column seen timestamp',
      'account.seen: a time without its zone',
    ],
    [
      'that the list calls without a tenant, but has one',
      'alter table app.deployment add column org_id text',
      'deployment: is listed as without a tenant, and has one',
    ],
    [
      'that the list names, but is gone',
      'drop table app.provider_pause',
      'provider_pause: stands on the list of tables without a tenant, but is not there',
    ],
  ])('%s is caught', async (_, ddl, line) => {
    await client.query('begin');
    try {
      await client.query(ddl);
      expect(await walkCatalogue(client)).toEqual([line]);
    } finally {
      await client.query('rollback');
    }
  });
});

describe('The list of tables that are not one organisation’s', () => {
  it('is short, says why in a sentence each, and names no table twice', () => {
    const names = [...Object.keys(WITHOUT_TENANT), ...Object.keys(READ_ACROSS)];

    expect(names.length).toBeLessThan(25);
    expect(new Set(names).size).toBe(names.length);
    for (const reason of [...Object.values(WITHOUT_TENANT), ...Object.values(READ_ACROSS)]) {
      expect(reason).toMatch(/^[A-Z].{15,}\.$/);
    }
    expect(KEYED_WITHOUT_TENANT.filter((name) => !(name in READ_ACROSS))).toEqual([]);
  });
});

describe('AZ-03 Every statement', () => {
  const folder = join(process.cwd(), 'libs/infrastructure/src/persistence');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('migrations/'))
    .map((file): [string, string] => [file, readFileSync(join(folder, file), 'utf8')]);

  it('about a tenant’s table names the tenant, unless the list lets it look across', () => {
    expect(files.length).toBeGreaterThan(15);
    expect(files.flatMap(([file, text]) => statementsWithoutTenant(file, text))).toEqual([]);
  });

  it.each([
    ['reads a row by its id alone', 'sql`select name from app.account where id = ${id}`'],
    [
      'writes without the tenant',
      'sql<{ id: string }>`\n  update app.post set gone_at = app.now()\n  where id = ${orgId}`',
    ],
    ['deletes across', 'sql`delete from app.member where user_id = ${user}`'],
    [
      'joins a listed table to one that is not',
      'sql`select 1 from app.connection c join app.account_grant g on g.connection_id = c.id`',
    ],
  ])('that %s is caught', (_, text) => {
    expect(statementsWithoutTenant('planted.ts', text)).toHaveLength(1);
  });

  it('takes the time from app.now() alone', () => {
    const others = /(?<!app\.)\bnow\(\)|\b(clock|statement|transaction)_timestamp\b|\bcurrent_(timestamp|date|time)\b/i;
    const statements = files.flatMap(([file, text]) =>
      [...text.matchAll(/\bsql(?:<[^`]*?>)?`([^`]*)`/g)].map(
        ([, statement = '']) => `${file}: ${statement.replace(/\$\{[^}]*\}/g, '')}`,
      ),
    );

    expect(statements.length).toBeGreaterThan(50);
    expect(statements.filter((statement) => others.test(statement))).toEqual([]);
  });
});
