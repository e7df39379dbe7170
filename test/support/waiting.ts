// What sessions of a test's database are doing, as PostgreSQL says it: events to wait for instead of a time.
import { expect } from '@jest/globals';
import type { Json } from './api-client.js';
import { eventually } from './eventually.js';

interface Queried {
  sql(text: string, values?: unknown[]): Promise<Json[]>;
}

const WAITING = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

/** Until at least `transactions` of this database wait for a lock; 0: until none does. */
export async function untilWaiting(database: Queried, transactions: number): Promise<void> {
  await eventually(async () => {
    const waiting = (await database.sql(WAITING)).length;
    if (transactions === 0) expect(waiting).toBe(0);
    else expect(waiting).toBeGreaterThanOrEqual(transactions);
  });
}

/** Reads of a table since the server started: its sessions report them within about a second. */
async function readsOf(database: Queried, table: string): Promise<number> {
  const [row] = await database.sql(
    `select (seq_scan + coalesce(idx_scan, 0))::int as reads from pg_stat_user_tables where schemaname = 'app' and relname = $1`,
    [table],
  );
  return row!.reads as number;
}

/** Begins to count; the function it answers waits until the table has been read `times` more. */
export async function countReads(database: Queried, table: string): Promise<(times: number) => Promise<void>> {
  const before = await readsOf(database, table);
  return (times) =>
    eventually(async () => expect((await readsOf(database, table)) - before).toBeGreaterThanOrEqual(times));
}
