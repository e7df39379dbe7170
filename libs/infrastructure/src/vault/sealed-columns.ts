/** Lists the sealed columns of the database, and how to find the place that each envelope is bound to. */
import type { Place, SealedColumns } from '@application/ports/vault.js';

export interface SealedTable {
  /** The column by which a seal names its row, and in whose order the rotation reads: unique, and indexed. */
  readonly key: 'id' | 'state_hash';
  readonly keyType: 'uuid' | 'bytea';
  /** SQL for the provider of a row of `t`. */
  readonly provider: string;
  readonly columns: readonly string[];
}

/** The compiler keeps this list complete: a column of `SealedColumns` that is missing here is an error. */
type Listed = { readonly [Table in keyof SealedColumns]: Omit<SealedTable, 'columns'> & ColumnsOf<Table> };
interface ColumnsOf<Table extends keyof SealedColumns> {
  readonly columns: Readonly<Record<SealedColumns[Table], true>>;
}

const LISTED: Listed = {
  credential: {
    key: 'id',
    keyType: 'uuid',
    provider: 't.provider',
    columns: { access_token: true, refresh_token: true },
  },
  account_grant: {
    key: 'id',
    keyType: 'uuid',
    provider: '(select c.provider from app.connection c where c.org_id = t.org_id and c.id = t.connection_id)',
    columns: { token: true },
  },
  oauth_attempt: { key: 'state_hash', keyType: 'bytea', provider: 't.provider', columns: { code_verifier: true } },
  revocation: {
    key: 'id',
    keyType: 'uuid',
    provider: 't.provider',
    columns: { access_token: true, refresh_token: true },
  },
  replaced_credential: {
    key: 'id',
    keyType: 'uuid',
    provider: 't.provider',
    columns: { access_token: true, refresh_token: true },
  },
  exchanged_grant: {
    key: 'id',
    keyType: 'uuid',
    provider: 't.provider',
    columns: { access_token: true, refresh_token: true },
  },
  waiting_grant: {
    key: 'id',
    keyType: 'uuid',
    provider: 't.provider',
    columns: { access_token: true, refresh_token: true },
  },
};

export interface SealedColumn extends Omit<SealedTable, 'columns'> {
  readonly table: keyof SealedColumns;
  readonly column: string;
}

export const SEALED_COLUMNS: readonly SealedColumn[] = Object.entries(LISTED).flatMap(
  ([table, { columns, ...found }]) =>
    Object.keys(columns).map((column) => ({ ...found, table: table as keyof SealedColumns, column })),
);

export interface SealedRow {
  /** The key as PostgreSQL writes it. */
  readonly key: string;
  readonly org_id: string;
  readonly provider: Place['provider'];
}

export function placeOf({ table, column, keyType }: SealedColumn, row: SealedRow): Place {
  // A hash is named in seals as base64url; PostgreSQL writes bytea as \\x and hexadecimal digits.
  const rowId = keyType === 'uuid' ? row.key : Buffer.from(row.key.slice(2), 'hex').toString('base64url');
  return { table, column, rowId, orgId: row.org_id, provider: row.provider } as Place;
}

/** SQL: the key id in an envelope; null for what is no envelope. */
export const keyIdOf = (column: string): string =>
  `(case when ${column} ~ '^v1\\.[A-Za-z0-9_-]{1,32}\\.' then split_part(${column}, '.', 2) end)`;
