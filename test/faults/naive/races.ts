// How one would write it first: each looks right alone, and each is wrong as soon as two processes meet.
import type { Pool, PoolClient } from 'pg';
import { PATIENCE_MS } from '../../support/patience.js';

/** The same code in two processes, at the worst moment: all have read before the first one writes. */
export type Together = () => Promise<void>;

export function together(all: number): Together {
  let arrived = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  return () => {
    arrived += 1;
    if (arrived === all) resolve();
    return promise;
  };
}

async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

/** Select, then delete: whether the state was there, which is taken for the right to use it. */
export function useState(pool: Pool, state: string, looked: Together): Promise<boolean> {
  return transaction(pool, async (client) => {
    const { rowCount } = await client.query('select 1 from naive.state where value = $1', [state]);
    await looked();
    await client.query('delete from naive.state where value = $1', [state]);
    return rowCount === 1;
  });
}

/** Delete, and see whether there was something: one statement decides. */
export function useStateOnce(pool: Pool, state: string, looked: Together): Promise<boolean> {
  return transaction(pool, async (client) => {
    await looked();
    const { rowCount } = await client.query('delete from naive.state where value = $1 returning 1', [state]);
    return rowCount === 1;
  });
}

/** Count, then update. */
export function activate(pool: Pool, id: number, limit: number, looked: Together): Promise<boolean> {
  return transaction(pool, async (client) => {
    const { rows } = await client.query<{ used: number }>(
      'select count(*)::int as used from naive.profile where active',
    );
    await looked();
    if (rows[0]!.used >= limit) return false;
    await client.query('update naive.profile set active = true where id = $1', [id]);
    return true;
  });
}

/** Update with a count inside: each statement counts what was committed when it began. */
export function activateInOne(pool: Pool, id: number, limit: number, updated: Together): Promise<boolean> {
  return transaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `update naive.profile set active = true
       where id = $1 and (select count(*) from naive.profile where active) < $2`,
      [id, limit],
    );
    await updated();
    return rowCount === 1;
  });
}

/** A lock with a time to live, and a provider that may be slower: the classic. */
export async function refreshUnderTtlLock(
  pool: Pool,
  lockMs: number,
  call: (refreshToken: string) => Promise<{ access: string; refresh: string } | null>,
): Promise<'renewed' | 'refused' | 'by another'> {
  const before = await pool.query<{ version: number }>('select version from naive.credential');
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    const { rows } = await pool.query<{ refresh: string; version: number }>(
      `update naive.credential set locked_until = clock_timestamp() + $1 * interval '1 millisecond'
       where locked_until < clock_timestamp() returning refresh, version`,
      [lockMs],
    );
    const [row] = rows;
    if (row === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    if (row.version !== before.rows[0]!.version) return 'by another';
    const issued = await call(row.refresh);
    if (issued === null) return 'refused';
    await pool.query(`update naive.credential set access = $1, refresh = $2, version = version + 1`, [
      issued.access,
      issued.refresh,
    ]);
    return 'renewed';
  }
  return 'by another';
}
