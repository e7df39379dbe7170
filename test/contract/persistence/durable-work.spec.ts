/** Durable work made of one table and one policy, and the columns that every such table has. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { Claimed, WorkPolicy } from '@application/ports/durable-work.js';
import { DurableWork, type WorkShape } from '@infrastructure/persistence/durable-work.js';
import { useStores, type Store } from '../../application/support/store.js';

const stores = useStores();

/** What somebody adds who needs one more kind: a table, and a policy. */
const CHORE = `create table app.chore (
  id uuid primary key default gen_random_uuid(),
  state text not null default 'open',
  tries integer not null default 0,
  next_at timestamptz not null default app.now(),
  sent_at timestamptz default app.now(),
  created_at timestamptz not null default app.now()
)`;
const POLICY: WorkPolicy = {
  leaseSeconds: 60,
  sentSeconds: 25,
  backoff: { firstSeconds: 60, mostSeconds: 3_600 },
  giveUpAfter: { tries: 3 },
};
interface Chore {
  readonly id: string;
}
const SHAPE: WorkShape<Chore, Chore, Chore> = {
  table: 'chore',
  policy: POLICY,
  open: sql`w.state = 'open'`,
  since: sql`w.created_at`,
  key: ({ id }) => sql`w.id = ${id}`,
  returning: sql`w.id`,
};
const A_DAY = { ...SHAPE, policy: { ...POLICY, giveUpAfter: { seconds: 86_400 } } };

/** One process's way to the chores; every call is a transaction of its own. */
class Process {
  private readonly chores: DurableWork<Chore, Chore>;
  private readonly ofADay: DurableWork<Chore, Chore>;

  constructor(readonly store: Store) {
    this.chores = new DurableWork(store.database, SHAPE);
    this.ofADay = new DurableWork(store.database, A_DAY);
  }

  do<T>(verb: (chores: DurableWork<Chore, Chore>) => Promise<T>): Promise<T> {
    return this.store.work.run(() => verb(this.chores));
  }

  doToday<T>(verb: (chores: DurableWork<Chore, Chore>) => Promise<T>): Promise<T> {
    return this.store.work.run(() => verb(this.ofADay));
  }
}

let one: Process;
let other: Process;
beforeAll(async () => {
  [one, other] = [new Process(await stores.store()), new Process(await stores.store())];
  await stores.sql(CHORE);
});
beforeEach(async () => {
  await stores.sql('delete from app.chore');
  await stores.offsetClock('0');
});

const add = async (columns = '', values = ''): Promise<string> => {
  const [row] = await stores.sql(`insert into app.chore (state ${columns}) values ('open' ${values}) returning id`);
  return row!.id;
};
const claim = (id: string, by = one): Promise<(Chore & Claimed) | null> => by.do((chores) => chores.claim({ id }));
const wait = async (): Promise<number> => {
  const [row] = await stores.sql(
    'select round(extract(epoch from next_at - app.now()))::int as seconds from app.chore',
  );
  return row!.seconds;
};

describe('A piece of durable work', () => {
  it('goes to one worker of many, whether they claim it by its id or look for what is due', async () => {
    const id = await add();
    const byId = await Promise.all([one, other, one, other].map((by) => claim(id, by)));
    expect(byId.filter((claimed) => claimed !== null)).toEqual([{ id, tries: 1, isLast: false }]);

    for (let n = 0; n < 30; n += 1) await add();
    const due = await Promise.all([one, other, one, other].map((by) => by.do((chores) => chores.claimDue(8))));
    expect(due.every((batch) => batch.length <= 8)).toBe(true);
    const ids = due.flat().map((claimed) => claimed.id);
    expect(ids.length).toBeGreaterThan(8);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(id);
  });

  it('that a look has found and not committed yet holds no other look up, and is not found by it', async () => {
    const first = await add(', sent_at', ', null');
    const oldest = await add(', next_at', ", app.now() - interval '1 minute'");
    const [reached, committing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const looking = one.do(async (chores) => {
      expect((await chores.claimDue(1)).map(({ id }) => id)).toEqual([oldest]);
      reached.resolve();
      await committing.promise;
    });
    await Promise.race([reached.promise, looking]);
    expect(await other.do((chores) => chores.claimDue(5))).toMatchObject([{ id: first }]);
    expect(await other.do((chores) => chores.requeueStalled(5, []))).toEqual([]);
    committing.resolve();
    await looking;
  });

  it('is another’s when its lease has run out, and not before; the one who was overtaken changes nothing', async () => {
    const id = await add();
    const lost = (await claim(id))!;
    await stores.offsetClock('50 seconds');
    expect(await claim(id, other)).toBeNull();
    await one.do((chores) => chores.renew(lost));
    await stores.offsetClock('100 seconds');
    expect(await claim(id, other)).toBeNull();

    await stores.offsetClock('3 minutes');
    expect(await claim(id, other)).toMatchObject({ tries: 2 });
    const before = await stores.sql('select * from app.chore');
    await one.do((chores) => chores.renew(lost));
    await one.do((chores) => chores.retry(lost, 5));
    await one.do((chores) => chores.wait(lost, 5));
    await one.do((chores) => chores.whileHeld(lost, sql`state = 'done'`));
    expect(await stores.sql('select * from app.chore')).toEqual(before);
  });

  it('that failed is claimed again after the time it was given; that it had to wait is no try', async () => {
    const id = await add();
    const first = (await claim(id))!;
    await one.do((chores) => chores.retry(first, 90));
    expect([await wait(), await claim(id)]).toEqual([90, null]);
    await stores.offsetClock('91 seconds');
    const second = (await claim(id))!;
    expect(second.tries).toBe(2);
    await one.do((chores) => chores.wait(second, 5));
    await stores.offsetClock('100 seconds');
    expect(await claim(id)).toMatchObject({ tries: 2, isLast: false });
  });

  it('is renewed by no worker that has given it up', async () => {
    const held = (await claim(await add()))!;
    await one.do((chores) => chores.retry(held, 600));
    // A beat that was on its way as the try failed.
    await one.do((chores) => chores.renew(held));
    expect(await wait()).toBe(600);
  });

  it('gets one job while that stands in the queue, and another once it is lost', async () => {
    const id = await add();
    const requeue = (queued: string[], by = one) => by.do((chores) => chores.requeueStalled(10, queued));
    expect(await requeue([])).toEqual([]);
    await stores.offsetClock('30 seconds');
    expect(await requeue([id])).toEqual([]);
    const sent = await Promise.all([one, other, one, other].map((by) => requeue([], by)));
    expect(sent.flat()).toEqual([{ id }]);
    expect(await claim(id)).toMatchObject({ tries: 1 });
    await stores.offsetClock('60 seconds');
    expect(await requeue([])).toEqual([]);
    await stores.offsetClock('2 minutes');
    expect(await requeue([])).toEqual([{ id }]);
  });

  it('knows its last try, and ends without a worker where that was lost as well', async () => {
    const id = await add(', tries', ', 2');
    expect(await claim(id)).toMatchObject({ tries: 3, isLast: true });
    const giveUp = () => one.do((chores) => chores.giveUpStalled(sql`state = 'given up'`));
    await giveUp();
    expect(await stores.sql('select state from app.chore')).toEqual([{ state: 'open' }]);
    await stores.offsetClock('2 minutes');
    await giveUp();
    expect(await stores.sql('select state from app.chore')).toEqual([{ state: 'given up' }]);
    expect(await claim(id)).toBeNull();
  });

  it('that has a day gets its last try at the end of it, not hours later', async () => {
    const id = await add(', created_at', ", app.now() - interval '23 hours'");
    const held = (await one.doToday((chores) => chores.claim({ id })))!;
    expect(held.isLast).toBe(false);
    await one.doToday((chores) => chores.retry(held, 6 * 3_600));
    expect(await wait()).toBe(3_600);
    await stores.offsetClock('61 minutes');
    expect(await one.doToday((chores) => chores.claim({ id }))).toMatchObject({ isLast: true });
  });
});

describe('Every table of durable work', () => {
  const columns = async (like: string): Promise<string[]> => {
    const rows = await stores.sql(
      `select table_name || '.' || column_name as name from information_schema.columns
       where table_schema = 'app' and table_name <> 'chore' and column_name like $1 order by 1`,
      [like],
    );
    return rows.map((row) => row.name);
  };

  it('counts its tries beside the time it is due, and finds what is due by an index', async () => {
    const due = await columns('%next\\_at');
    expect(due.length).toBeGreaterThan(10);
    const tries = new Set(await columns('%tries'));
    const uncounted = due.filter((name) => !tries.has(name.replace(/next_at$/, 'tries')));
    // An hour that is claimed is put on to the next one: there is nothing to count.
    expect(uncounted).toEqual(['sync_due.next_at']);
    const indexes = (await stores.sql(`select tablename, indexdef from pg_indexes where schemaname = 'app'`)).map(
      ({ tablename, indexdef }) => `${tablename}.${/\((\w+)/.exec(indexdef)?.[1]}`,
    );
    expect(due.filter((name) => !indexes.includes(name))).toEqual([]);
  });

  it('has no other words for the same', async () => {
    for (const word of ['%attempts', '%resends', '%resent\\_at', 'heartbeat\\_at', '%\\_lease\\_until', 'failures'])
      expect([word, await columns(word)]).toEqual([word, []]);
  });
});

it('jobs of an organisation run while it is active and its erasure was not asked for', async () => {
  const works = async (): Promise<boolean> =>
    (await stores.sql('select 1 from app.working_organisation where id = $1', [org])).length > 0;
  const org = await stores.organisation();
  const seen: [status: string, erasing: boolean, works: boolean][] = [];
  for (const status of ['active', 'suspended'])
    for (const erasing of [false, true]) {
      await stores.sql(
        'update app.organisation set status = $2, erase_at = case when $3 then app.now() end where id = $1',
        [org, status, erasing],
      );
      seen.push([status, erasing, await works()]);
    }
  expect(seen).toEqual([
    ['active', false, true],
    ['active', true, false],
    ['suspended', false, false],
    ['suspended', true, false],
  ]);
});
