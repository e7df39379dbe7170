/** What is taken along and what is taken out, held against the catalogue: no table of a tenant is forgotten, and no secret column goes along. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ERASED } from '@infrastructure/persistence/erasure/erasure.table.js';
import { EXPORTED, NOT_EXPORTED } from '@infrastructure/persistence/exports/export-tables.js';
import { createDatabase, type TestDatabase } from '../../support/databases.js';

let database: TestDatabase;
let client: Client;
let tables: string[];
beforeAll(async () => {
  database = await createDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
     where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
  tables = rows.map(({ name }) => name);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const exported = EXPORTED.map(({ table }) => table);

describe('An export', () => {
  it('holds every table of an organisation, but for those that are named with a reason', () => {
    expect([...exported, ...Object.keys(NOT_EXPORTED)].toSorted()).toEqual([...tables, 'organisation'].toSorted());
    for (const reason of Object.values(NOT_EXPORTED)) expect(reason).toMatch(/^[A-Z].{10,}\.$/);
  });

  it('CR-07 holds no column that could be a secret', async () => {
    const { rows } = await client.query<{ table: string; column: string }>(
      `select c.relname as "table", a.attname as "column" from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
         and (a.atttypid = 'bytea'::regtype or a.attname ~ 'token|secret|hash|verifier|code|canary')`,
    );
    const leaks = rows.filter(({ table, column }) =>
      EXPORTED.some((each) => each.table === table && !each.without?.includes(column)),
    );
    expect(leaks).toEqual([]);
    // The search finds something at all, and what is left out is there.
    expect(rows.length).toBeGreaterThan(10);
    const known = rows.map(({ table, column }) => `${table}.${column}`);
    for (const { table, without = [] } of EXPORTED)
      // The address of a picture is the provider's, and is left out for that.
      for (const column of without.filter((each) => each !== 'picture_url'))
        expect(known).toContain(`${table}.${column}`);
  });

  it('leaves out secrets and the platforms’ addresses of pictures, and nothing else', async () => {
    // Written out: a column that is taken along again, or left out from now on, has to be wanted here too.
    const leftOut: readonly string[] = [
      'account.picture_url',
      'account_grant.token',
      'connection.picture_url',
      'revocation.access_token',
      'revocation.presented_hash',
      'revocation.refresh_token',
    ];
    expect(EXPORTED.flatMap(({ table, without = [] }) => without.map((each) => `${table}.${each}`)).toSorted()).toEqual(
      leftOut,
    );
    const { rows } = await client.query<{ name: string }>(
      `select c.relname || '.' || a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
         and a.attname ~ 'picture|image|photo|avatar' and c.relname = any($1) order by 1`,
      [exported],
    );
    expect(rows.map(({ name }) => name)).toEqual(leftOut.filter((each) => each.endsWith('picture_url')));
  });

  it('goes through each table along a unique index that begins with the tenant', async () => {
    const { rows } = await client.query<{ table: string; columns: string[] }>(
      `select c.relname as "table",
         array(select a.attname::text from unnest(i.indkey::smallint[]) with ordinality as k (n, at)
           join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n order by k.at) as columns
       from pg_index i join pg_class c on c.oid = i.indrelid
       where c.relnamespace = 'app'::regnamespace and i.indisunique and i.indpred is null`,
    );
    for (const { table, key, tenant = 'org_id' } of EXPORTED) {
      const columns = tenant in key ? Object.keys(key) : [tenant, ...Object.keys(key)];
      expect(rows.filter((row) => row.table === table).map((row) => row.columns)).toContainEqual(columns);
    }
  });
});

describe('An erasure', () => {
  it('deletes from every table of an organisation; the audit log by its own function', () => {
    expect([...ERASED, 'audit_event'].toSorted()).toEqual(tables);
  });

  it('deletes what points before what is pointed at, as each stretch is a transaction of its own', async () => {
    const { rows } = await client.query<{ from: string; to: string }>(
      `select f.relname as "from", t.relname as "to" from pg_constraint k
       join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
       where k.contype = 'f' and f.relnamespace = 'app'::regnamespace and t.relname <> 'organisation' and f.oid <> t.oid`,
    );
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter(({ from, to }) => ERASED.indexOf(from) > ERASED.indexOf(to))).toEqual([]);
  });
});
