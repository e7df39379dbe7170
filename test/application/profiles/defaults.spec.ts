/** One default per platform, however many choose at once. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ClearDefault } from '@application/profiles/clear-default.js';
import { SetDefault } from '@application/profiles/set-default.js';
import { ToggleProfiles } from '@application/profiles/toggle-profiles.js';
import type { OrgId, ProfileId } from '@domain/ids.js';
import type { Platform } from '@domain/platform.js';
import { race } from '../naive/race.js';
import { BY_ADMIN, codes, times, useProgram } from '../support/program.js';

const program = useProgram(2);
let orgId: OrgId;
let ids: ProfileId[];

beforeAll(async () => {
  program.providers.meta.pages = 20;
  orgId = await program.organisation({ activeProfileLimit: null });
  await program.connect(orgId, 'meta');
  ids = await program.profiles(orgId);
  for (const id of ids)
    await program.one.execute(new ToggleProfiles(BY_ADMIN, orgId, [{ profileId: id, publish: true }]));
});
beforeEach(async () => {
  await program.one.execute(new ClearDefault(BY_ADMIN, orgId, 'facebook'));
});

const choose = (n: number, id: ProfileId, platform: Platform = 'facebook'): Promise<void> =>
  program.turn(n).execute(new SetDefault(BY_ADMIN, orgId, platform, id));
const publish = (on: boolean): Promise<void> =>
  program.turn(1).execute(new ToggleProfiles(BY_ADMIN, orgId, [{ profileId: ids[0]!, publish: on }]));
const chosen = async (): Promise<unknown[]> =>
  (await program.sql('select id from app.profile where org_id = $1 and is_default', [orgId])).map((row) => row['id']);

describe('LM-05 A default', () => {
  it('chosen twenty times at once over two processes is one of them, and no caller is refused', async () => {
    const answers = await codes(ids.map((id, n) => choose(n, id)));

    expect(new Set(answers)).toEqual(new Set([null]));
    expect(await chosen()).toHaveLength(1);
  });

  it('chosen again is the last one chosen', async () => {
    for (const id of ids.slice(0, 3)) await choose(0, id);

    expect(await chosen()).toEqual([ids[2]]);
  });

  it('chosen by many who look first, and do not queue, turns most of them away: the naive way', async () => {
    const met = await race(program.databaseUrl, 10, async (client, n, barrier) => {
      await client.query('update app.profile set is_default = false where org_id = $1 and is_default', [orgId]);
      await barrier.wait();
      return client.query('update app.profile set is_default = true where id = $1', [ids[n]]).then(
        () => null,
        (error: { constraint?: string }) => error.constraint,
      );
    });

    expect(met.filter((constraint) => constraint === 'profile_default')).toHaveLength(9);
    expect(await chosen()).toHaveLength(1);
  });

  it.each<[why: string, code: string, choice: () => Promise<void>]>([
    ['on another platform', 'profile_on_other_platform', () => choose(0, ids[0]!, 'instagram')],
    ['of another organisation', 'profile_not_found', async () => chooseIn(await program.organisation())],
  ])('AZ-01 is not one %s', async (_, code, choice) => {
    expect(await codes([choice()])).toEqual([code]);
    expect(await chosen()).toEqual([]);
  });

  it('goes with Publish, also while others choose it', async () => {
    const answers = await codes([
      ...times(5, (n) => choose(n, ids[0]!)),
      publish(false),
      ...times(5, (n) => choose(n, ids[0]!)),
    ]);

    expect(answers.filter((code) => code !== null && code !== 'profile_not_publishing')).toEqual([]);
    expect(await chosen()).toEqual([]);
    await publish(true);
  });
});

const chooseIn = (org: OrgId): Promise<void> => program.one.execute(new SetDefault(BY_ADMIN, org, 'facebook', ids[0]!));
