/** What PostgreSQL ends for another's sake is run again, and a job is sent by its transaction or not at all. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue } from '@infrastructure/queue/queue.js';
import { sql } from 'kysely';
import { useStores } from './support/store.js';
import type { Store } from './support/store.js';

const stores = useStores();

let store: Store;
beforeAll(async () => {
  store = await stores.store();
});

describe('A deadlock', () => {
  it('costs its victim another try and no error: both of two runs that lock in opposite order end well', async () => {
    const [first, second] = [await stores.organisation(), await stores.organisation()];
    let tries = 0;
    const bothHoldOne = Promise.withResolvers<void>();
    let holding = 0;
    const run = ([one, other]: readonly [string, string]): Promise<void> =>
      store.work.run(async () => {
        tries += 1;
        await store.database.inside(sql`update app.organisation set name = name || '+' where id = ${one}`);
        if ((holding += 1) >= 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await store.database.inside(sql`update app.organisation set name = name || '+' where id = ${other}`);
      });
    await Promise.all([run([first, second]), run([second, first])]);
    // More, where the victim is back before the other one has gone on: then they meet again.
    expect(tries).toBeGreaterThan(2);
    const names = await stores.sql('select name from app.organisation where id = any($1)', [[first, second]]);
    expect(names.map(({ name }) => name.slice(-3))).toEqual(['e++', 'e++']);
  });
});

describe('A job', () => {
  let queue: Queue;
  beforeAll(async () => {
    queue = new Queue(stores.url, store.database, { works: false });
    await queue.onModuleInit();
  });
  afterAll(() => queue.beforeApplicationShutdown());
  const jobs = (): Promise<unknown[]> => stores.sql(`select data from pgboss.job where name = 'send-mail'`);

  it('is there once its transaction is, and not where that failed', async () => {
    await expect(
      store.work.run(async () => {
        await queue.send('send-mail', [{ mailId: 'given up' }]);
        throw new Error('changed its mind');
      }),
    ).rejects.toThrow('changed its mind');
    expect(await jobs()).toEqual([]);
    await store.work.run(() => queue.send('send-mail', [{ mailId: 'kept' }]));
    expect(await jobs()).toEqual([{ data: { mailId: 'kept' } }]);
  });

  it('is not sent outside of one', async () => {
    await expect(queue.send('send-mail', [{ mailId: 'outside' }])).rejects.toThrow(/inside work.run/);
    expect(await jobs()).toHaveLength(1);
  });
});
