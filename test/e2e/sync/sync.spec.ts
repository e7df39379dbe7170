// Syncs: by hand and by the clock, what they bring home, and what stays readable.
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { expectStatus } from '../../support/actors.js';
import { eventually } from '../../support/eventually.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { track } from '../support/tracked.js';

const fixture = useSharedFixture();

describe('by the clock', () => {
  const DUE = `update app.sync_due set next_at = now() - interval '1 second' where org_id = $1 returning 1`;
  const IS_AHEAD = `select next_at > now() as ahead from app.sync_due where org_id = $1`;

  it('a profile that is newly tracked is picked up by itself, once, however often its time is said to have come', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const { profiles } = await admin.connect(organisation, 'x', (await fixture.xPerson()).id);
    expectStatus(await admin.switch(organisation, profiles[0].id, { track: true }), 200);
    const log = async (so: (all: Json[]) => boolean): Promise<Json[]> =>
      (await admin.api.until(`${organisation.path}/sync-runs`, ({ data }) => so(data as Json[]))).data;
    const [run] = await log(([first]) => first?.state === 'succeeded');
    expect(run).toMatchObject({
      profile_id: profiles[0].id,
      trigger: 'schedule',
      posts_seen: 8,
      posts_new: 8,
      errors: [],
    });
    const [{ next_at }] = await fixture.sql('select next_at from app.sync_due where org_id = $1', [organisation.id]);
    const wait = next_at.getTime() - Date.now();
    expect([wait > 0, wait <= 3_600_000]).toEqual([true, true]);

    await fixture.sql(DUE, [organisation.id]);
    await eventually(async () => expect(await fixture.sql(IS_AHEAD, [organisation.id])).toEqual([{ ahead: true }]));
    expect(await log(() => true)).toHaveLength(1);
  });

  it('a suspended organisation waits until it is active again', async () => {
    const [suspended, other] = [await track(fixture), await track(fixture)];
    await suspended.organisation.push({ status: 'suspended' });
    for (const { organisation } of [suspended, other]) await fixture.sql(DUE, [organisation.id]);
    await other.runs((all) => all.length === 2);
    expect(await fixture.sql(IS_AHEAD, [suspended.organisation.id])).toEqual([{ ahead: false }]);
    expect(await suspended.runs()).toHaveLength(1);
    await suspended.organisation.push({ status: 'active' });
    await suspended.runs((all) => all.length === 2 && all[0].trigger === 'schedule');
  });
});

describe('by hand', () => {
  it('a repeated sync updates what it knows, and enters nothing twice', async () => {
    const setup = await track(fixture);
    const before = await setup.posts();
    const run = await setup.syncNow();
    expect(run).toMatchObject({ trigger: 'manual', state: 'succeeded', posts_seen: 8, posts_new: 0 });
    const after = await setup.posts();
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(Date.parse(after[0].metrics.likes.as_of)).toBeGreaterThan(Date.parse(before[0].metrics.likes.as_of));

    await fixture.sandbox.event({ platform: 'x', event: 'post', person: setup.person, text: 'Written on X itself' });
    expect(await setup.syncNow()).toMatchObject({ posts_seen: 9, posts_new: 1 });
    expect((await setup.posts())[0].text).toBe('Written on X itself');
  });

  it('while one is under way the same run is answered', async () => {
    const setup = await track(fixture);
    const { id } = await fixture.sandbox.fault({ effect: 'hold', person: setup.person, path: '/2/users/:id/tweets' });
    const path = `${setup.organisation.path}/profiles/${setup.profile}/sync`;
    const answers = await Promise.all(Array.from({ length: 5 }, () => setup.admin.api.post(path)));
    const whole = await setup.admin.api.post(`${setup.organisation.path}/sync`);
    expect(new Set([...answers, whole].map(({ status, body }) => `${status} ${body.run_ids.join()}`)).size).toBe(1);
    expect(whole.headers.get('location')).toBe(`${setup.organisation.path}/sync-runs`);
    await fixture.release(id);
    await setup.runs((all) => all.length === 2 && all.every(({ state }) => state === 'succeeded'));
  });

  it('of a profile that is not tracked is refused, and enters nothing in the log', async () => {
    const setup = await track(fixture);
    await setup.admin.switch(setup.organisation, setup.profile, { track: false, publish: true });
    const answer = await setup.admin.api.post(`${setup.organisation.path}/profiles/${setup.profile}/sync`);
    expect([answer.status, answer.body.code]).toEqual([409, 'profile_not_tracked']);
    expect((await setup.admin.api.post(`${setup.organisation.path}/sync`)).body).toEqual({ run_ids: [] });
    expect(await setup.runs()).toHaveLength(1);
  });

  it('turning Track off cancels the run under way, which writes nothing more', async () => {
    const setup = await track(fixture);
    const { id } = await fixture.sandbox.fault({ effect: 'hold', person: setup.person, path: '/2/users/:id/tweets' });
    await fixture.sandbox.event({ platform: 'x', event: 'post', person: setup.person, text: 'Too late' });
    await setup.admin.api.post(`${setup.organisation.path}/profiles/${setup.profile}/sync`);
    await setup.runs((all) => all[0].state === 'running');
    await setup.admin.switch(setup.organisation, setup.profile, { track: false });
    await fixture.release(id);
    const [run] = await setup.runs((all) => all[0].ended_at !== null);
    expect(run).toMatchObject({ state: 'canceled', posts_seen: 0 });
    await eventually(async () =>
      expect(await fixture.sandbox.ledger({ person: setup.person, fault: 'hold' })).toHaveLength(1),
    );
    expect((await setup.posts()).map(({ text }) => text)).not.toContain('Too late');
  });
});

describe('posts', () => {
  it('of X carry every metric with its time, and null with the reason where X gives none', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    // A hundred days of posts: X gives private metrics for thirty.
    const external = await fixture.xPerson({ posts: 12, days: 100 });
    const { profiles } = await admin.connect(organisation, 'x', external.id);
    await admin.switch(organisation, profiles[0].id, { track: true });
    const { data } = await admin.api.until(`${organisation.path}/posts`, (body) => body.data.length === 12);
    const reasons = new Set<string>();
    for (const post of data as Json[]) {
      expect(post).toMatchObject({ platform: 'x', source: 'platform', profile_id: profiles[0].id });
      expect(post.permalink).toMatch(/^https:\/\/x\.com\//);
      expect(post.metrics.likes).toEqual({ value: expect.any(Number), as_of: expect.stringMatching(/Z$/) });
      const isOld = Date.now() - Date.parse(post.published_at) > 30 * 86_400_000;
      for (const name of ['clicks', 'profile_clicks']) {
        const { value, reason } = post.metrics[name];
        // Absent is null with a reason, never 0: a repost has none, and nothing is clicked where there is no link.
        expect([isOld, value === null]).toEqual([isOld, reason !== undefined]);
        reasons.add(`${isOld ? 'old' : 'young'} ${reason}`);
      }
    }
    expect(reasons).toContain('old too_old');
    expect(reasons).toContain('young undefined');
    expect(reasons).not.toContain('young too_old');
    expect(reasons).not.toContain('old undefined');
    const dates = (data as Json[]).map(({ published_at }) => published_at as string);
    expect(dates).toEqual(dates.toSorted((a, b) => b.localeCompare(a)));
  });

  it('of Facebook and Instagram come home with the Page’s own token', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ada = await fixture.metaPerson([{ posts: 5, instagram: { media: 4 } }]);
    const { profiles } = await admin.connect(organisation, 'meta', ada.id);
    for (const { id } of profiles) expectStatus(await admin.switch(organisation, id, { track: true }), 200);
    const { data } = await admin.api.until(`${organisation.path}/posts`, (body) => body.data.length === 9);
    const count = (platform: string): number => (data as Json[]).filter((post) => post.platform === platform).length;
    expect([count('facebook'), count('instagram')]).toEqual([5, 4]);
    for (const post of data as Json[]) {
      const values = Object.values(post.metrics) as Json[];
      expect(values.length).toBeGreaterThan(2);
      for (const { value, reason } of values) expect(value === null).toBe(reason !== undefined);
    }
    const { data: log } = (await admin.api.get(`${organisation.path}/sync-runs`)).body;
    for (const run of log as Json[]) expect(run).toMatchObject({ billed_reads: 0, cost_usd: 0 });
  });

  it('stay readable after a disconnect, and are there again under the same id after a reconnect', async () => {
    const setup = await track(fixture);
    const before = await setup.posts();
    expect(before).toHaveLength(8);
    expectStatus(await setup.admin.api.delete(`${setup.organisation.path}/connections/${setup.connection}`), 200);
    expect(await setup.posts()).toEqual(before);
    expect((await setup.admin.api.get(`${setup.organisation.path}/profiles/${setup.profile}`)).status).toBe(404);

    const again = await setup.admin.connect(setup.organisation, 'x', setup.person);
    expect(again.connectionId).not.toBe(setup.connection);
    expect(again.profiles.map(({ id, track, publish }) => [id, track, publish])).toEqual([
      [setup.profile, false, false],
    ]);
    expect(await setup.posts()).toEqual(before);
  });
});
