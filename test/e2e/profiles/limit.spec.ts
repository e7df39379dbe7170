// Switches and the plan: how many profiles may be active, also when everybody presses at once.
import { describe, expect, it } from '@jest/globals';
import { ApiClient, type Json } from '../../support/api-client.js';
import { expectStatus, type Organisation, type Person } from '../../support/actors.js';
import { useSharedFixture } from '../../support/shared-fixture.js';

const fixture = useSharedFixture();

interface Setup {
  readonly organisation: Organisation;
  readonly admin: Person;
  readonly profiles: Json[];
}

/** An organisation with `pages` parked Facebook profiles. */
async function parked(pages: number, limit: number | null): Promise<Setup> {
  const organisation = await fixture.organisation(limit);
  const admin = await organisation.member('admin');
  const { id } = await fixture.sandbox.person({ platform: 'meta', page_count: pages });
  return { organisation, admin, profiles: (await admin.connect(organisation, 'meta', id)).profiles };
}

const usage = async ({ organisation, admin }: Setup): Promise<Json> =>
  expectStatus(await admin.api.get(`${organisation.path}/usage`), 200);

/** The same admin at process `i`. */
const at = (i: number, { admin }: Setup) =>
  new ApiClient(fixture.processes[i % fixture.processes.length]!.origin, admin.api.token);

it('LM-01 thirty activations at once over two processes, at a limit of three, leave exactly three active', async () => {
  const setup = await parked(30, 3);
  const answers = await Promise.all(
    setup.profiles.map(({ id }, i) =>
      at(i, setup).patch(
        `${setup.organisation.path}/profiles/${id}`,
        i % 3 === 0 ? { publish: true } : { track: true },
      ),
    ),
  );
  const refused = answers.filter(({ status }) => status !== 200);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  expect(refused).toHaveLength(27);
  for (const { status, body } of refused) {
    expect({ status, body }).toMatchObject({
      status: 409,
      body: { code: 'plan_limit_reached', action: 'upgrade_plan', retryable: false, details: { limit: 3, active: 3 } },
    });
  }
  expect(await usage(setup)).toMatchObject({ active: 3, limit: 3, parked: 27, over_limit: false });
  const rows = await fixture.sql(
    'select count(*)::int as active from app.profile where org_id = $1 and (track or publish)',
    [setup.organisation.id],
  );
  expect(rows).toEqual([{ active: 3 }]);
  const audited = await fixture.sql(`select 1 from app.audit_event where org_id = $1 and action = 'profile.switched'`, [
    setup.organisation.id,
  ]);
  expect(audited).toHaveLength(3);
});

it('LM-01 the database itself refuses the fourth, whatever writes it', async () => {
  const setup = await parked(4, 3);
  for (const { id } of setup.profiles.slice(0, 3)) await setup.admin.switch(setup.organisation, id, { track: true });
  await expect(
    fixture.sql('update app.profile set track = true where org_id = $1', [setup.organisation.id]),
  ).rejects.toThrow('plan_limit_reached');
});

it('LM-03 the same activation twenty times at once counts one', async () => {
  const setup = await parked(2, 3);
  const path = `${setup.organisation.path}/profiles/${setup.profiles[0].id}`;
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => at(i, setup).patch(path, { track: true })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await usage(setup)).toMatchObject({ active: 1, parked: 1 });
});

describe('switches', () => {
  it('the second one of an active profile is free, and parking frees a place', async () => {
    const setup = await parked(2, 1);
    const [one, two] = setup.profiles;
    const turn = async (id: string, change: Json) => (await setup.admin.switch(setup.organisation, id, change)).status;
    expect(await turn(one.id, { track: true })).toBe(200);
    expect(await turn(two.id, { track: true })).toBe(409);
    expect(await turn(one.id, { publish: true })).toBe(200);
    expect(await turn(one.id, { track: false })).toBe(200);
    expect(await turn(two.id, { track: true })).toBe(409);
    expect(await turn(one.id, { publish: false })).toBe(200);
    expect(await turn(two.id, { track: true, publish: true })).toBe(200);
    expect(await usage(setup)).toMatchObject({ active: 1, limit: 1, parked: 1 });
  });

  it('a change of nothing changes nothing, and one that fails changes neither switch', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const { id } = await fixture.metaPerson([{ tasks: ['ANALYZE', 'MODERATE'] }]);
    const [profile] = (await admin.connect(organisation, 'meta', id)).profiles;
    expect((await admin.switch(organisation, profile.id, {})).body).toEqual(profile);
    const both = await admin.switch(organisation, profile.id, { track: true, publish: true });
    expect([both.status, both.body.code, both.body.details]).toEqual([
      409,
      'profile_not_usable',
      { switch: 'publish', reason: 'role_lacks_task', profile_id: profile.id },
    ]);
    expect((await admin.api.get(`${organisation.path}/profiles/${profile.id}`)).body).toEqual(profile);
    expect((await admin.switch(organisation, profile.id, { track: true })).body).toMatchObject({
      track: true,
      active: true,
    });
  });

  it('lists are narrowed by platform, switches and connection', async () => {
    const organisation = await fixture.organisation(null);
    const admin = await organisation.member('admin');
    const ada = await fixture.metaPerson([{ instagram: true }, {}]);
    const meta = await admin.connect(organisation, 'meta', ada.id);
    const x = await admin.connect(organisation, 'x', (await fixture.xPerson()).id);
    const [facebook] = meta.profiles.filter(({ platform }) => platform === 'facebook');
    await admin.switch(organisation, facebook.id, { track: true });
    await admin.switch(organisation, x.profiles[0].id, { publish: true });
    const ids = async (query: string): Promise<string[]> =>
      (await admin.api.get(`${organisation.path}/profiles?${query}`)).body.data.map((profile: Json) => profile.id);
    expect(await ids('')).toHaveLength(4);
    expect(await ids('platform=instagram')).toHaveLength(1);
    expect(await ids('tracked=true')).toEqual([facebook.id]);
    expect(await ids('publishable=true')).toEqual([x.profiles[0].id]);
    expect(await ids('tracked=false&publishable=false')).toHaveLength(2);
    expect(await ids(`connection_id=${x.connectionId}`)).toEqual([x.profiles[0].id]);
    expect(await ids(`connection_id=${x.connectionId}&platform=facebook`)).toEqual([]);
  });
});

describe('usage', () => {
  it('a downgrade switches nothing off, shows over_limit, and lets nothing more be activated until enough is parked', async () => {
    const setup = await parked(4, 3);
    const { admin, organisation, profiles } = setup;
    for (const { id } of profiles.slice(0, 3)) expectStatus(await admin.switch(organisation, id, { track: true }), 200);
    await organisation.push({ active_profile_limit: 1, plan: 'free' });
    expect(await usage(setup)).toEqual({
      plan: 'free',
      active: 3,
      limit: 1,
      parked: 1,
      over_limit: true,
      by_platform: {
        facebook: { active: 3, parked: 1 },
        instagram: { active: 0, parked: 0 },
        x: { active: 0, parked: 0 },
      },
    });
    const fourth = (): Promise<number> =>
      admin.switch(organisation, profiles[3].id, { publish: true }).then(({ status }) => status);
    expect(await fourth()).toBe(409);
    // What is active stays as free to turn as it was.
    expect((await admin.switch(organisation, profiles[0].id, { publish: true })).status).toBe(200);
    for (const { id } of profiles.slice(0, 2)) {
      await admin.switch(organisation, id, { track: false, publish: false });
      expect(await fourth()).toBe(409);
    }
    expect((await usage(setup)).over_limit).toBe(false);
    await admin.switch(organisation, profiles[2].id, { track: false });
    expect(await fourth()).toBe(200);
  });

  it('a limit of null is none, and a limit of 0 lets nothing in', async () => {
    const setup = await parked(5, null);
    const [first, ...others] = setup.profiles;
    for (const { id } of others) expectStatus(await setup.admin.switch(setup.organisation, id, { track: true }), 200);
    expect(await usage(setup)).toMatchObject({ active: 4, limit: null, over_limit: false });
    await setup.organisation.push({ active_profile_limit: 0 });
    expect(await usage(setup)).toMatchObject({ limit: 0, over_limit: true });
    expect((await setup.admin.switch(setup.organisation, first.id, { track: true })).body.code).toBe(
      'plan_limit_reached',
    );
  });
});
