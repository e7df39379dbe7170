/** Walks pg_catalog and reports the tables in which a row could belong to no organisation, or point into another one. */
import type { Client } from 'pg';
import { KEYED_WITHOUT_TENANT, WITHOUT_TENANT } from '@infrastructure/persistence/cross-tenant-tables.js';

interface Table {
  readonly name: string;
  readonly has_tenant: boolean;
  readonly tenant_not_null: boolean;
}

interface ForeignKey {
  readonly name: string;
  readonly from_table: string;
  readonly to_table: string;
  readonly from_columns: string[];
  readonly to_columns: string[];
  readonly deferred: boolean;
}

const TABLES = `
  select c.relname as name, a.attname is not null as has_tenant, coalesce(a.attnotnull, false) as tenant_not_null
  from pg_class c
  left join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
  where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') order by 1`;

const KEYS = `
  select c.relname as "table",
    array(select a.attname::text from unnest(i.indkey::smallint[]) with ordinality as k (n, at)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n order by k.at) as columns
  from pg_index i join pg_class c on c.oid = i.indrelid
  where c.relnamespace = 'app'::regnamespace and i.indisunique and i.indpred is null`;

const FOREIGN_KEYS = `
  select k.conname as name, f.relname as from_table, t.relname as to_table, k.condeferrable and k.condeferred as deferred,
    array(select a.attname::text from unnest(k.conkey) with ordinality as c (n, at)
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.n order by c.at) as from_columns,
    array(select a.attname::text from unnest(k.confkey) with ordinality as c (n, at)
      join pg_attribute a on a.attrelid = k.confrelid and a.attnum = c.n order by c.at) as to_columns
  from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
  where k.contype = 'f' and f.relnamespace = 'app'::regnamespace order by 1`;

const LOCAL_TIMES = `
  select c.relname || '.' || a.attname as "column" from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and not a.attisdropped
    and a.atttypid in ('timestamp'::regtype, 'timetz'::regtype, 'time'::regtype)`;

/** One line for each wrong; none where all is well. */
export async function walkCatalogue(client: Client): Promise<string[]> {
  const { rows: tables } = await client.query<Table>(TABLES);
  const { rows: keys } = await client.query<{ table: string; columns: string[] }>(KEYS);
  const { rows: foreignKeys } = await client.query<ForeignKey>(FOREIGN_KEYS);
  const { rows: times } = await client.query<{ column: string }>(LOCAL_TIMES);
  const tenants = new Set(tables.filter((table) => table.has_tenant).map((table) => table.name));
  return [
    ...tables.flatMap((table) => wrongsOfTable(table, keys)),
    ...foreignKeys.filter((key) => tenants.has(key.from_table) && tenants.has(key.to_table)).flatMap(wrongsOfKey),
    ...Object.keys(WITHOUT_TENANT)
      .filter((name) => !tables.some((table) => table.name === name))
      .map((name) => `${name}: stands on the list of tables without a tenant, but is not there`),
    ...times.map(({ column }) => `${column}: a time without its zone`),
  ];
}

function wrongsOfTable(table: Table, keys: readonly { table: string; columns: string[] }[]): string[] {
  const { name } = table;
  if (name in WITHOUT_TENANT) return table.has_tenant ? [`${name}: is listed as without a tenant, and has one`] : [];
  if (!table.has_tenant) return [`${name}: has no org_id, and does not stand on the list`];
  if (!table.tenant_not_null) return [`${name}: org_id may be null`];
  const inKeys = keys.some(({ table: of, columns }) => of === name && columns[0] === 'org_id');
  return inKeys || KEYED_WITHOUT_TENANT.includes(name) ? [] : [`${name}: no key begins with org_id`];
}

function wrongsOfKey({ name, from_columns, to_columns, deferred }: ForeignKey): string[] {
  const at = from_columns.indexOf('org_id');
  return [
    ...(at === -1 || to_columns[at] !== 'org_id' ? [`${name}: does not carry org_id on both sides`] : []),
    ...(deferred ? [] : [`${name}: is not checked at commit`]),
  ];
}
