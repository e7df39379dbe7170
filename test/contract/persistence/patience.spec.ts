/** How long the program lets the database wait, and a frozen process others. */
import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { useStores } from '../../application/support/store.js';

const stores = useStores();

it('OB-08 every connection of the pool has its timeouts', async () => {
  const { database } = await stores.store();
  const settings = await database.read<{ name: string; seconds: number }>(sql`
    select name, setting::int / 1000 as seconds from pg_settings
    where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') order by name`);
  expect(settings).toEqual([
    { name: 'idle_in_transaction_session_timeout', seconds: 30 },
    { name: 'lock_timeout', seconds: 15 },
    { name: 'statement_timeout', seconds: 30 },
  ]);
});
