// The plan limit while everybody presses at once and the plan itself is changing.
import { expect, it } from '@jest/globals';
import { ApiClient, type Json } from '../../support/api-client.js';
import { expectStatus, type Organisation, type Person } from '../../support/actors.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { LONG, tally } from '../support/tally.js';

const fixture = useFaultFixture({ about: 'limits', processes: 2 });

interface Setup {
  readonly organisation: Organisation;
  readonly admin: Person;
  readonly ids: string[];
}

async function parked(pages: number, limit: number): Promise<Setup> {
  const organisation = await fixture.organisation(limit);
  const admin = await organisation.member('admin');
  const { id } = await fixture.sandbox.person({ platform: 'meta', page_count: pages });
  const { profiles } = await admin.connect(organisation, 'meta', id);
  return { organisation, admin, ids: profiles.map((profile: Json) => profile.id as string) };
}

const turn = async ({ organisation, admin }: Setup, i: number, id: string, track: boolean): Promise<number> => {
  const client = new ApiClient(fixture.at(i).origin, admin.api.token);
  return (await client.patch(`${organisation.path}/profiles/${id}`, { track })).status;
};

const usage = async ({ organisation, admin }: Setup): Promise<Json> =>
  expectStatus(await admin.api.get(`${organisation.path}/usage`), 200);

it('LM-01 thirty activations at once over two processes, at a limit of five: five are active, twenty-five refused', async () => {
  const setup = await parked(30, 5);
  const answers = await Promise.all(setup.ids.map((id, i) => turn(setup, i, id, true)));
  expect(answers.filter((status) => status === 200)).toHaveLength(5);
  expect(answers.filter((status) => status === 409)).toHaveLength(25);
  const { active } = await usage(setup);
  expect(active).toBe(5);
  tally('LM-01 30 activations, 2 processes', { tries: 30, doubled: active - 5 });
});

it('LM-02 activations and a smaller plan at once: nothing is switched off, and nothing more is switched on until a place is free', async () => {
  const setup = await parked(12, 6);
  fixture.overLimit.add(setup.organisation.id);
  const [answers] = await Promise.all([
    Promise.all(setup.ids.map((id, i) => turn(setup, i, id, true))),
    setup.organisation.push({ active_profile_limit: 2 }),
  ]);
  const on = answers.filter((status) => status === 200).length;
  expect(on + answers.filter((status) => status === 409).length).toBe(12);
  const { active } = await usage(setup);
  // An activation before the change counts against six, one after it against two.
  expect(active).toBe(on);
  expect(active).toBeGreaterThanOrEqual(2);
  expect(active).toBeLessThanOrEqual(6);
  expect(await usage(setup)).toMatchObject({ limit: 2, over_limit: active > 2 });
  const parkedOne = setup.ids[answers.indexOf(409)]!;
  expect(await turn(setup, 0, parkedOne, true)).toBe(409);
  tally('LM-02 activations and a downgrade at once', {
    tries: 13,
    lost: on - active,
    doubled: Math.max(0, active - 6),
  });
});

it('LM-02 a slot changes hands, over and over, from two processes: never two in it', async () => {
  const setup = await parked(2, 1);
  const [a, b] = setup.ids as [string, string];
  expect(await turn(setup, 0, a, true)).toBe(200);
  let doubled = 0;
  const rounds = LONG ? 25 : 8;
  for (let round = 0; round < rounds; round += 1) {
    const [off, on] = await Promise.all([turn(setup, 0, a, false), turn(setup, 1, b, true)]);
    expect(off).toBe(200);
    expect([200, 409]).toContain(on);
    const { active } = await usage(setup);
    expect(active).toBe(on === 200 ? 1 : 0);
    doubled += Math.max(0, active - 1);
    await turn(setup, 1, b, false);
    expect(await turn(setup, 0, a, true)).toBe(200);
  }
  tally('LM-02 slot swap, 2 processes', { tries: rounds, doubled });
});

it('LM-04 a limit that cannot be read allows no activation', async () => {
  const setup = await parked(1, 1);
  const [id] = setup.ids as [string];
  await fixture.sql('alter table app.organisation rename column active_profile_limit to out_of_reach');
  try {
    expect(await turn(setup, 0, id, true)).toBeGreaterThanOrEqual(500);
  } finally {
    await fixture.sql('alter table app.organisation rename column out_of_reach to active_profile_limit');
  }
  expect((await usage(setup)).active).toBe(0);
  expect(await turn(setup, 1, id, true)).toBe(200);
  tally('LM-04 a limit out of reach', { tries: 1 });
});

it('LM-05 twenty choices of a default over two processes leave one', async () => {
  const setup = await parked(4, 4);
  const { organisation, admin } = setup;
  for (const id of setup.ids) await admin.switch(organisation, id, { publish: true });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      new ApiClient(fixture.at(i).origin, admin.api.token).put(`${organisation.path}/defaults/facebook`, {
        profile_id: setup.ids[i % 4],
      }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const rows = await fixture.sql('select id from app.profile where org_id = $1 and is_default', [organisation.id]);
  expect(rows).toHaveLength(1);
  tally('LM-05 20 choices of a default', { tries: 20, doubled: rows.length - 1 });
});

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
