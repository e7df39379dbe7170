/** The plan limit, while several callers switch at the same time, and what happens without the lock. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { PushOrganisation } from '@application/organisations/push-organisation.js';
import { ToggleProfiles } from '@application/profiles/toggle-profiles.js';
import type { OrgId, ProfileId } from '@domain/ids.js';
import type { SwitchChange } from '@domain/profile/profile.js';
import { race } from '../naive/race.js';
import { BY_ADMIN, codes, PLAN, times, useProgram } from '../support/program.js';

const program = useProgram(2);
const WALL = 'alter table app.profile disable trigger profile_plan_limit';

let orgId: OrgId;
let ids: ProfileId[];

async function begin(pages: number, limit: number | null): Promise<void> {
  program.freshProviders();
  program.providers.meta.pages = pages;
  orgId = await program.organisation({ activeProfileLimit: limit });
  await program.connect(orgId, 'meta');
  ids = await program.profiles(orgId);
}

const toggle = (n: number, id: ProfileId, change: SwitchChange): Promise<void> =>
  program.turn(n).execute(new ToggleProfiles(BY_ADMIN, orgId, [{ profileId: id, ...change }]));
const active = (): Promise<number> =>
  program.value('select count(*)::int from app.profile where org_id = $1 and (track or publish)', [orgId]);
const scheduled = (): Promise<number> =>
  program.value('select count(*)::int from app.sync_due where org_id = $1', [orgId]);
const setLimit = (n: number, limit: number): Promise<void> =>
  program.turn(n).execute(new PushOrganisation('system', orgId, { ...PLAN, activeProfileLimit: limit }));

describe('Thirty activations at once over two processes, at a limit of three', () => {
  beforeEach(() => begin(30, 3));

  it('LM-01 leave exactly three active, and tell the others the plan’s limit', async () => {
    const answers = await codes(ids.map((id, n) => toggle(n, id, n % 3 === 0 ? { publish: true } : { track: true })));

    expect(answers.filter((code) => code === null)).toHaveLength(3);
    expect(answers.filter((code) => code === 'plan_limit_reached')).toHaveLength(27);
    expect(await active()).toBe(3);
    expect(await program.audited(orgId, 'profile.switched')).toHaveLength(3);
  });

  it('LM-01 do so by the lock alone, without the wall in the database', async () => {
    await program.sql(WALL);
    try {
      const answers = await codes(ids.map((id, n) => toggle(n, id, { track: true })));

      expect(answers.filter((code) => code === 'plan_limit_reached')).toHaveLength(27);
      expect([await active(), await scheduled()]).toEqual([3, 3]);
    } finally {
      await program.sql(WALL.replace('disable', 'enable'));
    }
  });

  it('LM-01 go wrong where one counts first and updates then: the naive way, without the wall', async () => {
    await program.sql(WALL);
    try {
      await race(program.databaseUrl, ids.length, async (client, n, barrier) => {
        const { rows } = await client.query<{ active: number }>(
          'select count(*)::int as active from app.profile where org_id = $1 and (track or publish)',
          [orgId],
        );
        await barrier.wait();
        if (rows[0]!.active < 3) await client.query('update app.profile set track = true where id = $1', [ids[n]]);
      });
      expect(await active()).toBe(30);
    } finally {
      await program.sql(WALL.replace('disable', 'enable'));
    }
  });

  it('LM-03 of one profile are one: it counts once, and is scheduled once', async () => {
    const answers = await codes(times(20, (n) => toggle(n, ids[0]!, { track: true })));

    expect(new Set(answers)).toEqual(new Set([null]));
    expect([await active(), await scheduled()]).toEqual([1, 1]);
  });
});

describe('LM-02 Around the limit', () => {
  beforeEach(async () => {
    await begin(12, 4);
    for (const id of ids.slice(0, 4)) await toggle(0, id, { track: true });
  });

  it('parking and activating at once swap places, and never pass the limit', async () => {
    const answers = await codes([
      ...ids.slice(0, 4).map((id, n) => toggle(n, id, { track: false })),
      ...ids.slice(4).map((id, n) => toggle(n, id, { track: true })),
    ]);

    expect(answers.slice(0, 4)).toEqual([null, null, null, null]);
    const activated = answers.slice(4).filter((code) => code === null).length;
    expect(activated).toBeLessThanOrEqual(4);
    expect(await active()).toBe(activated);
  });

  it('a downgrade among activations switches nothing off, and afterwards nothing more goes on', async () => {
    await toggle(0, ids[3]!, { track: false });
    const answers = await codes([
      ...ids.slice(4, 8).map((id, n) => toggle(n, id, { track: true })),
      setLimit(1, 2),
      ...ids.slice(8).map((id, n) => toggle(n, id, { track: true })),
    ]);

    expect(answers[4]).toBeNull();
    // One free place was there before the downgrade: it was taken, or it was not.
    expect([3, 4]).toContain(await active());
    expect(await codes([toggle(1, ids[3]!, { publish: true })])).toEqual(['plan_limit_reached']);
    expect(await codes([toggle(0, ids[0]!, { publish: true })])).toEqual([null]);
  });
});
