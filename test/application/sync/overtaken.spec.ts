/** Runs that are overtaken, forgotten or die: each ends, because one that is under way keeps every later one out. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ToggleProfiles } from '@application/profiles/toggle-profiles.js';
import { RequestSync } from '@application/sync/request-sync.js';
import { SweepSyncs } from '@application/sync/sweep-syncs.js';
import { SyncProfile } from '@application/sync/sync-profile.js';
import type { OrgId, SyncRunId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { BY_ADMIN, times, useProgram } from '../support/program.js';
import { Door, type FakeProvider } from '../support/fake-provider.js';

const program = useProgram(2);
let orgId: OrgId;
beforeEach(async () => {
  program.freshProviders();
  orgId = await program.organisation();
});
afterEach(async () => {
  await program.sql('update app.deployment set clock_offset = $1', ['0']);
  await program.sql("update app.sync_run set state = 'canceled', ended_at = app.now() where ended_at is null");
});

/** A run of the organisation's one profile, asked for by hand. */
async function requested(provider: ProviderName): Promise<SyncRunId> {
  await program.connect(orgId, provider);
  const [profile] = await program.profiles(orgId);
  await program.one.execute(new ToggleProfiles(BY_ADMIN, orgId, [{ profileId: profile!, track: true }]));
  return request();
}
async function request(): Promise<SyncRunId> {
  const [profile] = await program.profiles(orgId);
  const [run] = await program.one.execute(new RequestSync(BY_ADMIN, orgId, profile!));
  return run!;
}
const perform = (run: SyncRunId): Promise<void> => program.one.execute(new SyncProfile(orgId, run));

/** The provider's first page comes when the door is opened. */
function slow(provider: FakeProvider): Door {
  const door = new Door();
  provider.readPosts = async function* () {
    await door.pass();
    yield { posts: [], observedAt: new Date(), calls: 1, billedReads: 0, problems: [], odd: new Map() };
  };
  return door;
}
/** Both people at Meta have the same one Page. */
function shareOnePage(meta: FakeProvider): void {
  const discover = meta.discover.bind(meta);
  meta.pages = 1;
  meta.discover = async (token) => {
    const found = await discover(token);
    return { ...found, accounts: found.accounts.map((account) => ({ ...account, externalId: 'the-page' })) };
  };
}
const state = (run: SyncRunId): Promise<string> => program.value('select state from app.sync_run where id = $1', [run]);
const jobsOf = (run: SyncRunId): Promise<number> =>
  program.value("select count(*)::int from pgboss.job where name = 'sync-profile' and data ->> 'runId' = $1", [run]);
const sweep = (n = 0): Promise<void> => program.turn(n).execute(new SweepSyncs());
const later = (interval: string): Promise<unknown> =>
  program.sql('update app.deployment set clock_offset = clock_offset + $1::interval', [interval]);

describe('SY-16 A run that is overtaken between two pages', () => {
  it('by a reconnect ends, and the profile can be synced again', async () => {
    const run = await requested('x');
    const door = slow(program.providers.x);
    const performed = perform(run);
    await door.reached;
    await program.connect(orgId, 'x');
    door.open();
    await performed;

    expect(await state(run)).toBe('canceled');
    const next = await request();
    expect(next).not.toBe(run);
    await perform(next);
    expect(await state(next)).toBe('succeeded');
  });

  it('by a later connection that takes its profile over ends, too', async () => {
    shareOnePage(program.providers.meta);
    const run = await requested('meta');
    const door = slow(program.providers.meta);
    const performed = perform(run);
    await door.reached;
    await program.connect(orgId, 'meta', 'new', program.turn(1));
    door.open();
    await performed;

    expect(await state(run)).toBe('canceled');
  });
});

describe('SY-16 A run whose job was lost', () => {
  it('before it began is sent again, by one process of several, and not sooner than it must', async () => {
    const run = await requested('x');
    await program.sql("delete from pgboss.job where name = 'sync-profile'");
    await later('10 seconds');
    await sweep();
    expect(await jobsOf(run)).toBe(0);

    await later('1 minute');
    await Promise.all(times(8, sweep));
    expect(await jobsOf(run)).toBe(1);
    await perform(run);
    expect(await state(run)).toBe('succeeded');
  });

  it('after its worker died is sent again, and goes on', async () => {
    const run = await requested('x');
    await program.sql("delete from pgboss.job where name = 'sync-profile'");
    await program.sql(
      "update app.sync_run set state = 'running', tries = 1, next_at = app.now() + interval '1 minute' where id = $1",
      [run],
    );
    await sweep();
    expect(await jobsOf(run)).toBe(0);

    await later('3 minutes');
    await sweep();
    expect(await jobsOf(run)).toBe(1);
    // It stands in the queue, however long that is: no second one is sent.
    await later('3 minutes');
    await sweep();
    expect(await jobsOf(run)).toBe(1);
    await perform(run);
    expect(await state(run)).toBe('succeeded');
  });

  it('and that dies each time ends as failed, and says why', async () => {
    const run = await requested('x');
    await program.sql(
      "update app.sync_run set state = 'running', tries = 1, next_at = app.now() + interval '1 minute' where id = $1",
      [run],
    );
    let jobs = 0;
    for (let n = 0; n < 10; n += 1) {
      await program.sql("delete from pgboss.job where name = 'sync-profile'");
      await later('3 minutes');
      await sweep(n);
      jobs += await jobsOf(run);
      // Its next worker dies as well.
      await program.sql(
        "update app.sync_run set tries = tries + 1, next_at = app.now() + interval '1 minute' where id = $1 and state = 'running'",
        [run],
      );
    }

    const [row] = await program.sql('select state, errors, ended_at from app.sync_run where id = $1', [run]);
    expect(row).toMatchObject({ state: 'failed', errors: [{ code: 'interrupted' }], ended_at: expect.any(Date) });
    expect(jobs).toBe(5);
    expect(await request()).not.toBe(run);
  });
});
