// Asking for an organisation's end: by its owner, freshly signed in and with the name typed; three days in which everything waits, and can be called back.
import { describe, expect, it } from '@jest/globals';
import { ApiClient, type Answer, type Json } from '../../support/api-client.js';
import { expectStatus, type Organisation } from '../../support/actors.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { furnish } from '../support/furnished.js';

const fixture = useSharedFixture();
const signedIn = async (sub: string, secondsAgo: number): Promise<ApiClient> =>
  new ApiClient(
    fixture.origin,
    await fixture.sandbox.token({ sub, auth_time: Math.floor(Date.now() / 1000) - secondsAgo }),
  );
const nameOf = ({ id }: Organisation): string => `Organisation ${id}`;

describe('An erasure is not begun', () => {
  it('by a sign-in of six minutes ago: RFC 9470 asks for a fresh one', async () => {
    const organisation = await fixture.organisation();
    const { userId } = await organisation.member('owner');
    const stale = await (
      await signedIn(userId, 360)
    ).post(`${organisation.path}/erasure`, { name: nameOf(organisation) });
    expect([stale.status, stale.body.code]).toEqual([401, 'fresh_sign_in_needed']);
    expect(stale.headers.get('www-authenticate')).toMatch(
      /^Bearer error="insufficient_user_authentication".*max_age="?300"?/,
    );
    // A sign-in of tomorrow cannot be, and the token that tells of it is no good.
    const tomorrow = await signedIn(userId, -86_400);
    const early = await tomorrow.post(`${organisation.path}/erasure`, { name: nameOf(organisation) });
    expect(early.body.code).toBe('unauthenticated');
    const fresh = await signedIn(userId, 240);
    expect((await fresh.get(`${organisation.path}/erasure`)).body.code).toBe('erasure_not_found');
    expectStatus(await fresh.post(`${organisation.path}/erasure`, { name: nameOf(organisation) }), 202);
  });

  it('by another name, a name that is nearly right, or none', async () => {
    const organisation = await fixture.organisation();
    const { api } = await organisation.member('owner');
    const name = nameOf(organisation);
    for (const body of [
      { name: name.toUpperCase() },
      { name: `${name} ` },
      { name: name.slice(1) },
      { name: '' },
      {},
    ]) {
      expect([body, (await api.post(`${organisation.path}/erasure`, body)).status]).toEqual([body, 422]);
    }
    expect((await api.get(`${organisation.path}/erasure`)).status).toBe(404);
  });

  it('by a member who is no owner', async () => {
    const organisation = await fixture.organisation();
    const attempt = (api: ApiClient): Promise<Answer> =>
      api.post(`${organisation.path}/erasure`, { name: nameOf(organisation) });
    for (const role of ['admin', 'editor', 'member'] as const) {
      const { api } = await organisation.member(role);
      expect([role, (await attempt(api)).body.code]).toEqual([role, 'not_allowed']);
    }
    expect((await attempt(fixture.host)).status).toBe(403);
    const owner = await organisation.member('owner');
    expect((await attempt(fixture.host.onBehalfOf(owner.userId))).status).toBe(403);
    expect((await attempt((await fixture.person()).api)).status).toBe(404);
  });
});

describe('For three days', () => {
  it('everything can be read, nothing changed, jobs wait; called back, all of it goes on', async () => {
    const { organisation, owner, ids } = await furnish(fixture);
    const { path } = organisation;
    const asked = expectStatus(await owner.api.post(`${path}/erasure`, { name: nameOf(organisation) }), 202);
    expect(asked.state).toBe('pending');
    expect(Date.parse(asked.due_at as string) - Date.parse(asked.requested_at as string)).toBe(72 * 3_600_000);
    expect((await owner.api.post(`${path}/erasure`, { name: nameOf(organisation) })).body.code).toBe(
      'erasure_under_way',
    );

    const changes: [string, Promise<Answer>][] = [
      ['connect', owner.api.post(`${path}/connect-sessions`, { provider: 'x' })],
      ['switch', owner.switch(organisation, ids.profile, { publish: false })],
      ['sync', owner.api.post(`${path}/sync`)],
      ['disconnect', owner.api.delete(`${path}/connections/${ids.connection}`)],
    ];
    for (const [what, answer] of changes) {
      expect([what, (await answer).body.code]).toEqual([what, 'erasure_under_way']);
    }
    for (const read of ['/profiles', '/posts', '/sync-runs', '/audit-events', '/erasure'])
      expect([read, (await owner.api.get(path + read)).status]).toEqual([read, 200]);
    // What the host pushes meanwhile does not call it back.
    await organisation.push();
    expect((await owner.switch(organisation, ids.profile, { publish: false })).body.code).toBe('erasure_under_way');

    const runs = async (): Promise<number> => ((await owner.api.get(`${path}/sync-runs`)).body.data as Json[]).length;
    const before = await runs();
    const control = await furnish(fixture);
    const controlRuns = `${control.organisation.path}/sync-runs`;
    const { data } = (await control.owner.api.get(controlRuns)).body;
    // The hour of a run is taken once: yesterday's is not this one.
    const both = [[organisation.id, control.organisation.id]];
    await fixture.sql(`update app.sync_run set slot = slot - interval '1 day' where org_id = any($1)`, both);
    await fixture.sql('update app.sync_due set next_at = now() where org_id = any($1)', both);
    await control.owner.api.until(controlRuns, ({ data: now }) => now.length > data.length);
    expect(await runs()).toBe(before);

    const canceled = expectStatus(await owner.api.delete(`${path}/erasure`), 200);
    expect(canceled.state).toBe('canceled');
    expect((await owner.api.delete(`${path}/erasure`)).body.code).toBe('erasure_not_found');
    await owner.api.until(`${path}/sync-runs`, ({ data: now }) => now.length > before);
    expectStatus(await owner.switch(organisation, ids.profile, { publish: false }), 200);
    const log = expectStatus(await owner.api.get(`${path}/audit-events?actor=${owner.userId}`), 200).data as Json[];
    expect(log.map(({ action }) => action as string)).toEqual(
      expect.arrayContaining(['erasure.requested', 'erasure.canceled']),
    );

    const receipt = await fetch(asked.receipt_url as string);
    expect(await receipt.json()).toMatchObject({ state: 'canceled', rows_deleted: 0 });
    // And it may be asked for once more.
    expectStatus(await owner.api.post(`${path}/erasure`, { name: nameOf(organisation) }), 202);
  });
});
