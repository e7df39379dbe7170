/** OB-02: what was refused to a member stands in the log, once per caller, route and minute, and no caller can fill it. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, type Json } from '../../support/api-client.js';
import { expectStatus, type Organisation, type Person } from '../../support/actors.js';
import { useFixture } from '../../support/fixture.js';

const fixture = useFixture({ processes: 2 });

let organisation: Organisation;
let admin: Person;
let profile: string;
beforeAll(async () => {
  organisation = await fixture.organisation(0);
  admin = await organisation.member('admin');
  const { profiles } = await admin.connect(organisation, 'x', (await fixture.xPerson({ posts: 1 })).id);
  profile = profiles[0].id;
});

async function refusals(): Promise<Json[]> {
  const query = `${organisation.path}/audit-events?action=request.refused`;
  return expectStatus(await admin.api.get(query), 200).data as Json[];
}
const of = async (person: Person): Promise<Json[]> =>
  (await refusals()).filter(({ actor }) => [actor.id, actor.on_behalf_of].includes(person.userId));

describe('OB-02 A refusal', () => {
  it('for want of a role is written, with who, where and why', async () => {
    const member = await organisation.member('member');
    expect((await member.switch(organisation, profile, { track: true })).status).toBe(403);
    expect(await of(member)).toEqual([
      expect.objectContaining({
        actor: { kind: 'user', id: member.userId, on_behalf_of: null },
        subject: profile,
        details: { code: 'not_allowed', route: 'PATCH /v1/orgs/:org/profiles/:id' },
      }),
    ]);
  });

  it('by the plan is written after the change was rolled back', async () => {
    const answer = await admin.switch(organisation, profile, { track: true });
    expect([answer.status, answer.body.code]).toEqual([409, 'plan_limit_reached']);
    expect(await of(admin)).toEqual([
      expect.objectContaining({
        subject: profile,
        details: { code: 'plan_limit_reached', route: 'PATCH /v1/orgs/:org/profiles/:id' },
      }),
    ]);
    const { body } = await admin.api.get(`${organisation.path}/profiles/${profile}`);
    expect(body.track).toBe(false);
  });

  it('is there once per caller, route and minute, however often and wherever it is asked for', async () => {
    const member = await organisation.member('member');
    const second = new ApiClient(fixture.processes[1]!.origin, member.api.token);
    // One minute, whatever the clock says now.
    const [{ left }] = (await fixture.sql('select 60 - extract(second from app.now())::int as left')) as [Json];
    if (left < 15) await fixture.offsetClock('30 seconds');
    const statuses = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? member.api : second).post(`${organisation.path}/sync`)),
    );
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([403]));
    expect(await of(member)).toHaveLength(1);
    expect((await second.get(`${organisation.path}/sync-runs`)).status).toBe(403);
    expect(await of(member)).toHaveLength(2);
    await fixture.offsetClock('2 minutes');
    await member.api.post(`${organisation.path}/sync`);
    expect(await of(member)).toHaveLength(3);
    await fixture.offsetClock('0');
  });

  it('of a service that speaks for a member is that member’s; of one that speaks for no member it is not written', async () => {
    const member = await organisation.member('member');
    expect((await fixture.host.onBehalfOf(member.userId).post(`${organisation.path}/sync`)).status).toBe(403);
    expect((await of(member)).map(({ actor }) => actor)).toEqual([
      { kind: 'service', id: 'host-platform', on_behalf_of: member.userId },
    ]);
  });

  it('of outsiders, of broken requests and of what is not there leaves nothing', async () => {
    const before = (await refusals()).length;
    const outsider = await fixture.person();
    expect((await outsider.api.post(`${organisation.path}/sync`)).status).toBe(404);
    expect((await new ApiClient(fixture.origin, '').post(`${organisation.path}/sync`)).status).toBe(401);
    expect((await new ApiClient(fixture.origin, 'nonsense').post(`${organisation.path}/sync`)).status).toBe(401);
    expect((await admin.api.patch(`${organisation.path}/profiles/${profile}`, { track: 'yes' })).status).toBe(422);
    expect((await admin.api.patch(`${organisation.path}/profiles/prof_nonsense`, {})).status).toBe(400);
    expect(await refusals()).toHaveLength(before);
  });

  it('does not let a path of the caller’s making into the log', async () => {
    const member = await organisation.member('member');
    await member.api.patch(`${organisation.path}/profiles/${'A'.repeat(500)}`, { track: true });
    expect((await of(member)).map(({ subject }) => subject)).toEqual([organisation.id]);
  });

  it('while the organisation is suspended, too', async () => {
    await organisation.push({ status: 'suspended' });
    expect((await admin.api.post(`${organisation.path}/sync`)).status).toBe(403);
    expect((await of(admin)).map(({ details }) => details.code)).toContain('organisation_suspended');
    await organisation.push({ status: 'active' });
  });
});
