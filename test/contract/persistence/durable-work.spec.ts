/** Durable work made of one table and one policy, and the columns that every such table has. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { Claimed, WorkPolicy } from '@application/ports/durable-work.js';
import { DurableWork } from '@infrastructure/persistence/durable-work.js';
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
const shape = { table: 'chore', open: sql`w.state = 'open'`, since: sql`w.created_at` };
const CHORES = new DurableWork({ ...shape, policy: POLICY });
const DAILY = new DurableWork({ ...shape, policy: { ...POLICY, giveUpAfter: { seconds: 86_400 } } });

interface Chore extends Claimed {
  readonly id: string;
}
const ID = { returning: sql`w.id` };
const keyOf = ({ id }: { readonly id: string }) => sql`w.id = ${id}`;

let one: Store;
let other: Store;
beforeAll(async () => {
  [one, other] = await Promise.all([stores.store(), stores.store()]);
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
const run = <Row>(statement: Parameters<Store['database']['inside']>[0], by = one): Promise<Row[]> =>
  by.work.run(() => by.database.inside(statement)) as Promise<Row[]>;
const claim = async (id: string, by = one, of = CHORES): Promise<Chore | undefined> =>
  (await run<Chore>(of.claim(keyOf({ id }), ID), by))[0];
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
    expect(byId.filter((claimed) => claimed !== undefined)).toEqual([{ id, tries: 1, isLast: false }]);

    for (let n = 0; n < 30; n += 1) await add();
    const due = await Promise.all([one, other, one, other].map((by) => run<Chore>(CHORES.claimDue(8, ID), by)));
    expect(due.map((batch) => batch.length).every((count) => count <= 8)).toBe(true);
    const ids = due.flat().map((claimed) => claimed.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(id);
  });

  it('that a look has found and not committed yet holds no other look up, and is not found by it', async () => {
    const first = await add(', sent_at', ', null');
    const rest = [await add(', next_at', ", app.now() - interval '1 minute'")];
    const [reached, committing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const looking = one.work.run(async () => {
      const found = await one.database.inside(CHORES.claimDue<Chore>(1, ID));
      expect(found.map(({ id }) => id)).toEqual(rest);
      reached.resolve();
      await committing.promise;
    });
    await Promise.race([reached.promise, looking]);
    expect(await run(CHORES.claimDue<Chore>(5, ID), other)).toMatchObject([{ id: first }]);
    expect(await run(CHORES.requeueStalled<Chore>(5, [], ID), other)).toEqual([]);
    committing.resolve();
    await looking;
  });

  it('is another’s when its lease has run out, and not before; the one who was overtaken changes nothing', async () => {
    const id = await add();
    const lost = (await claim(id))!;
    await stores.offsetClock('50 seconds');
    expect(await claim(id, other)).toBeUndefined();
    await run(CHORES.renew(keyOf(lost), lost));
    await stores.offsetClock('100 seconds');
    expect(await claim(id, other)).toBeUndefined();

    await stores.offsetClock('3 minutes');
    expect(await claim(id, other)).toMatchObject({ tries: 2 });
    const before = await stores.sql('select * from app.chore');
    await run(CHORES.renew(keyOf(lost), lost));
    await run(CHORES.retry(keyOf(lost), lost, 5));
    await run(CHORES.wait(keyOf(lost), lost, 5));
    await run(CHORES.whileHeld(keyOf(lost), lost, sql`state = 'done'`));
    expect(await stores.sql('select * from app.chore')).toEqual(before);
  });

  it('that failed is claimed again after the time it was given; that it had to wait is no try', async () => {
    const id = await add();
    await run(CHORES.retry(keyOf({ id }), (await claim(id))!, 90));
    expect([await wait(), await claim(id)]).toEqual([90, undefined]);
    await stores.offsetClock('91 seconds');
    const again = (await claim(id))!;
    expect(again.tries).toBe(2);
    await run(CHORES.wait(keyOf(again), again, 5));
    await stores.offsetClock('100 seconds');
    expect(await claim(id)).toMatchObject({ tries: 2, isLast: false });
  });

  it('is renewed by nobody who has let it go', async () => {
    const id = await add();
    const held = (await claim(id))!;
    await run(CHORES.retry(keyOf(held), held, 600));
    // A beat that was on its way as the try failed.
    await run(CHORES.renew(keyOf(held), held));
    expect(await wait()).toBe(600);
  });

  it('gets one job while that stands in the queue, and another once it is lost', async () => {
    const id = await add();
    const requeue = (queued: string[], by = one) => run<Chore>(CHORES.requeueStalled(10, queued, ID), by);
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
    const giveUp = CHORES.giveUpStalled(sql`state = 'given up'`);
    await run(giveUp);
    expect(await stores.sql('select state from app.chore')).toEqual([{ state: 'open' }]);
    await stores.offsetClock('2 minutes');
    await run(giveUp);
    expect(await stores.sql('select state from app.chore')).toEqual([{ state: 'given up' }]);
    expect(await claim(id)).toBeUndefined();
  });

  it('that has a day gets its last try at the end of it, not hours later', async () => {
    const id = await add(', created_at', ", app.now() - interval '23 hours'");
    const held = (await claim(id, one, DAILY))!;
    expect(held.isLast).toBe(false);
    await run(DAILY.retry(keyOf(held), held, 6 * 3_600));
    expect(await wait()).toBe(3_600);
    await stores.offsetClock('61 minutes');
    expect(await claim(id, one, DAILY)).toMatchObject({ isLast: true });
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

it('jobs of an organisation run while it is active and nobody has asked for its erasure', async () => {
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
