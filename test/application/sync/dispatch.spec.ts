/** The hourly dispatch from three processes at once: each profile is dispatched once an hour. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PushOrganisation } from '@application/organisations/push-organisation.js';
import { RequestSync } from '@application/sync/request-sync.js';
import { DispatchDueSyncs } from '@application/sync/dispatch-due-syncs.js';
import type { OrgId, ProfileId } from '@domain/ids.js';
import { Work } from '@application/ports/work.js';
import { Schedule } from '@application/sync/ports.js';
import { BY_ADMIN, PLAN, times, useProgram } from '../support/program.js';
import { Door, within } from '../support/fake-provider.js';

const PROFILES = 200;
const program = useProgram(3);
let orgId: OrgId;
let ids: ProfileId[];

beforeAll(async () => {
  program.providers.meta.pages = PROFILES;
  orgId = await program.organisation({ activeProfileLimit: null });
  await program.connect(orgId, 'meta');
  ids = await program.profiles(orgId);
  await program.sql('update app.profile set track = true where org_id = $1', [orgId]);
});
beforeEach(async () => {
  await program.sql('delete from app.sync_run');
  await program.sql('delete from app.sync_due');
  await program.sql("delete from pgboss.job where name = 'sync-profile'");
  await program.sql(
    `insert into app.sync_due (profile_id, org_id, next_at)
     select id, org_id, app.now() - interval '1 second' from app.profile where track`,
  );
});
afterEach(async () => {
  await program.sql("update app.deployment set clock_offset = '0'");
  await program.one.execute(new PushOrganisation('system', orgId, { ...PLAN, activeProfileLimit: null }));
});

/** All processes at once, each three times. */
const dispatch = async (): Promise<number> => {
  const entered = await Promise.all(times(9, (n) => program.turn(n).execute(new DispatchDueSyncs())));
  return entered.reduce((sum, one) => sum + one, 0);
};
const advance = (hours: number): Promise<unknown> =>
  program.sql(`update app.deployment set clock_offset = clock_offset + interval '${hours} hours'`);
const finishAll = (): Promise<unknown> =>
  program.sql("update app.sync_run set state = 'succeeded', ended_at = app.now()");
const count = (what: string): Promise<number> => program.value(`select count(*)::int from ${what}`);

describe('SY-01 Three processes that dispatch at once', () => {
  it('enter one run, and send one job, for each profile that is due', async () => {
    expect(await dispatch()).toBe(PROFILES);

    expect(await count('app.sync_run')).toBe(PROFILES);
    expect(await program.value('select count(distinct account_id)::int from app.sync_run')).toBe(PROFILES);
    const jobs = await program.sql<{ run: string }>(
      "select data ->> 'runId' as run from pgboss.job where name = 'sync-profile'",
    );
    const runs = await program.sql<{ id: string }>('select id from app.sync_run');
    expect(jobs.map((job) => job.run).toSorted()).toEqual(runs.map((run) => run.id).toSorted());
  });

  it('share the work: what one is about to enter, the others neither take nor wait for', async () => {
    const takenBy = (n: number, limit: number, then?: () => Promise<void>) =>
      program
        .turn(n)
        .get(Work)
        .run(async () => {
          const taken = await program.turn(n).get(Schedule).claimDue(limit);
          await then?.();
          return taken.map((one) => one.profileId);
        });
    const door = new Door();
    const first = takenBy(0, 1, () => door.pass());
    await door.reached;
    const second = await within(60_000, takenBy(1, PROFILES));
    door.open();
    const [taken] = await first;
    expect(new Set(second)).toEqual(new Set(ids.filter((id) => id !== taken)));
    expect(taken).toBeDefined();
  });

  it('find nothing more in the same hour, and put each profile to a time of its own in the next one', async () => {
    await dispatch();
    expect(await dispatch()).toBe(0);

    expect(await count("app.sync_due where next_at <= app.now() or next_at > app.now() + interval '1 hour'")).toBe(0);
    expect(await program.value('select count(distinct next_at)::int from app.sync_due')).toBeGreaterThan(PROFILES / 2);
  });

  it('over five hours enter each profile once an hour: a thousand runs', async () => {
    for (let hour = 0; hour < 5; hour++) {
      await dispatch();
      await finishAll();
      await advance(1);
    }

    expect(await count('app.sync_run')).toBe(5 * PROFILES);
    expect(await count('(select distinct account_id, slot from app.sync_run) as once')).toBe(5 * PROFILES);
  });

  it('SY-07 after six hours of downtime enter one run each, not six', async () => {
    await dispatch();
    await finishAll();
    await advance(7);

    expect(await dispatch()).toBe(PROFILES);
    await finishAll();
    expect(await dispatch()).toBe(0);
  });

  it('SY-02 enter none where one is under way: scheduled and asked for at once are one run', async () => {
    const [id] = ids;
    const asked = times(10, (n) => program.turn(n).execute(new RequestSync(BY_ADMIN, orgId, id!)));
    const [runs] = await Promise.all([Promise.all(asked), dispatch()]);

    const underWay = await program.sql<{ id: string }>('select id from app.sync_run where account_id = $1', [id]);
    expect(underWay).toHaveLength(1);
    // Every caller is told the one there is.
    expect(new Set(runs.flat())).toEqual(new Set([underWay[0]!.id]));
  });

  it('leave a suspended organisation alone, until it is back', async () => {
    await program.one.execute(
      new PushOrganisation('system', orgId, { ...PLAN, activeProfileLimit: null, status: 'suspended' }),
    );
    expect(await dispatch()).toBe(0);

    await program.one.execute(new PushOrganisation('system', orgId, { ...PLAN, activeProfileLimit: null }));
    expect(await dispatch()).toBe(PROFILES);
  });
});
