// Connecting, as people go through it: to the end, again, in two tabs, and with the wrong account.
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import { eventually } from '../../support/eventually.js';
import { useSharedFixture } from '../../support/shared-fixture.js';

const fixture = useSharedFixture();

describe('X', () => {
  it('is connected through its consent page; one parked profile, a healthy connection, and no answer holds a token', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ana = await fixture.xPerson({ name: 'Ana Test' });

    const { session, connectionId, profiles } = await admin.connect(organisation, 'x', ana.id);
    expect(session).toMatchObject({ state: 'completed', outcome: 'connected', provider: 'x', discovered: 1 });
    expect(profiles).toEqual([
      expect.objectContaining({
        platform: 'x',
        external_id: ana.id,
        name: 'Ana Test',
        connection_id: connectionId,
        also_via: [],
        track: false,
        publish: false,
        active: false,
        tracking: { usable: true, reason: null, sentence: null },
        publishing: { usable: true, reason: null, sentence: null },
      }),
    ]);
    const { body } = await admin.api.get(`${organisation.path}/connections/${connectionId}`);
    expect(body).toMatchObject({
      display_name: 'Ana Test',
      external_user_id: ana.id,
      scopes_missing: [],
      connected_by: { user_id: admin.userId, name: `Name of ${admin.userId}`, has_left: false },
      health: { health: 'healthy', reason: null, action: null },
    });
    expect(Date.parse(body.token_expires_at) - Date.now()).toBeGreaterThan(100 * 60_000);

    const issued = (await fixture.exchanges('x', ana.id)).flatMap((call) => call.tokens.map((t: Json) => t.raw));
    expect(issued).toHaveLength(4);
    for (const secret of issued) expect(JSON.stringify(body)).not.toContain(secret);
  });

  it('tells the browser that made it whose account it was, and another browser only that it worked', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ana = await fixture.xPerson({ name: 'Ana Named' });
    const { page } = await admin.connect(organisation, 'x', ana.id);

    const own = await admin.browser.open(page.url.href);
    expect([own.title, own.text.includes('Ana Named')]).toEqual(['Connected, 1 profile', true]);
    const otherBrowser = await admin.elsewhere().browser.open(page.url.href);
    expect([otherBrowser.title, otherBrowser.text.includes('Ana Named')]).toEqual(['Connected', false]);
  });
});

describe('Meta', () => {
  it('lists every Page and Instagram account, also what the role of the third Page does not allow, with the reason', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ada = await fixture.metaPerson([
      { name: 'First', instagram: true },
      { name: 'Second' },
      { name: 'Third', tasks: ['ANALYZE', 'MODERATE'] },
    ]);

    const { session, profiles } = await admin.connect(organisation, 'meta', ada.id);
    expect(session.outcome).toBe('connected');
    const seen = profiles.map((p) => [p.platform, p.name, p.tracking.reason, p.publishing.reason]);
    expect(seen).toHaveLength(4);
    expect(seen).toEqual(
      expect.arrayContaining([
        ['facebook', 'First', null, null],
        ['facebook', 'Second', null, null],
        ['facebook', 'Third', null, 'role_lacks_task'],
        ['instagram', 'First', null, null],
      ]),
    );
    expect(profiles.some((profile) => profile.active)).toBe(false);
    // Nothing of the person's Pages was touched: connecting reads.
    const calls = await fixture.sandbox.ledger({ person: ada.id });
    const posts = calls.filter((call) => call.method === 'POST').map((call) => call.route);
    expect(new Set(posts)).toEqual(new Set(['/v:version/dialog/oauth', '/v:version/oauth/access_token']));
  });

  it('OA-20 finds every Page of a person who has 450, and keeps them all', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ada = await fixture.sandbox.person({ platform: 'meta', page_count: 450 });
    await admin.connect(organisation, 'meta', ada.id);
    const ids = new Set<string>();
    for (let cursor = ''; ;) {
      const { body } = await admin.api.get(`${organisation.path}/profiles?platform=facebook&limit=100${cursor}`);
      for (const { id } of body.data) ids.add(id);
      if (body.next_cursor === null) break;
      cursor = `&cursor=${body.next_cursor}`;
    }
    expect(ids.size).toBe(450);
  });

  it('OA-19 reaching nothing that can be used is told, by the session and by the health', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const { id } = await fixture.metaPerson([]);
    const { session, connectionId } = await admin.connect(organisation, 'meta', id);
    expect(session).toMatchObject({ state: 'completed', outcome: 'no_usable_profiles' });
    const { body } = await admin.api.get(`${organisation.path}/connections/${connectionId}`);
    expect(body.health).toMatchObject({ health: 'limited', reason: 'no_usable_profiles', action: 'reconnect' });
  });

  it('keeps a Page that was unticked in sight as not granted, and a permission that was unticked as missing', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ada = await fixture.metaPerson([{ name: 'Given' }, { name: 'Kept back' }]);

    const untick = [ada.pages[1].id, 'pages_manage_posts'];
    const { session, connectionId, profiles } = await admin.connect(organisation, 'meta', ada.id, { untick });
    expect(session.outcome).toBe('missing_scopes');
    expect(profiles.find((p) => p.name === 'Given').publishing).toMatchObject({
      usable: false,
      reason: 'missing_scope',
    });
    const { body } = await admin.api.get(`${organisation.path}/connections/${connectionId}`);
    expect(body.scopes_missing).toEqual(['pages_manage_posts']);
    expect(body.health).toMatchObject({ health: 'limited', reason: 'missing_scopes', action: 'reconnect' });
    const refused = await admin.switch(organisation, profiles.find((p) => p.name === 'Given').id, { publish: true });
    expect(refused.body).toMatchObject({ code: 'profile_not_usable', details: { reason: 'missing_scope' } });
  });
});

describe('again', () => {
  it('the same account keeps connection, profiles and switches, also when another Admin connects it', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const owner = await organisation.member('owner');
    const ana = await fixture.xPerson();
    const first = await admin.connect(organisation, 'x', ana.id);
    await admin.switch(organisation, first.profiles[0].id, { track: true, publish: true });

    const second = await owner.connect(organisation, 'x', ana.id);
    expect(second.connectionId).toBe(first.connectionId);
    expect(second.profiles.map((p) => [p.id, p.track, p.publish])).toEqual([[first.profiles[0].id, true, true]]);
    const { body } = await admin.api.get(`${organisation.path}/connections`);
    expect(body.data).toHaveLength(1);
    expect(body.data[0].connected_by.user_id).toBe(owner.userId);
  });

  it('a reconnect with another account is refused, changes nothing, and lets the stray grant go at X', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const [ana, ben] = [await fixture.xPerson(), await fixture.xPerson()];
    const first = await admin.connect(organisation, 'x', ana.id);

    const { session, page } = await admin.tryConnect(organisation, 'x', ben.id, { reconnects: first.connectionId });
    expect(session).toMatchObject({ state: 'failed', outcome: 'wrong_account', connection_id: null });
    expect(page.title).toBe('Another account');
    const { body } = await admin.api.get(`${organisation.path}/connections`);
    expect(body.data.map((connection: Json) => connection.external_user_id)).toEqual([ana.id]);
    await eventually(async () => expect(await fixture.revocations('x', ben.id)).not.toHaveLength(0));
    expect(await fixture.revocations('x', ana.id)).toHaveLength(0);
  });
});

describe('two tabs', () => {
  it('OA-16 both finish, in whichever order: X and Meta, and X twice', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const [ana, ben, ada] = [await fixture.xPerson(), await fixture.xPerson(), await fixture.metaPerson()];
    const first = await admin.untilCallback(organisation, 'x', ana.id);
    const second = await admin.untilCallback(organisation, 'meta', ada.id);
    const third = await admin.untilCallback(organisation, 'x', ben.id);

    for (const { callback } of [third, second, first]) expect((await admin.visit(callback)).status).toBe(303);
    for (const { session } of [first, second, third]) {
      expect((await admin.settled(organisation, session.id)).outcome).toBe('connected');
    }
    const { body } = await admin.api.get(`${organisation.path}/connections`);
    expect(body.data).toHaveLength(3);
  });

  it('one link opened twice: the second consent is not exchanged once the first has connected', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ana = await fixture.xPerson();
    const session = await admin.startConnect(organisation, 'x');
    const [one, two] = [
      await admin.toConsent(session.connect_url, 'x', ana.id),
      await admin.toConsent(session.connect_url, 'x', ana.id),
    ];
    const [first, second] = [await admin.decideAndWait(one, ana.id), await admin.decideAndWait(two, ana.id)];

    const answer = await admin.visit(first);
    const again = await admin.visit(second);
    expect([again.status, again.headers.get('location')]).toEqual([303, answer.headers.get('location')]);
    expect(await fixture.exchanges('x', ana.id)).toHaveLength(1);
    expect((await admin.settled(organisation, session.id)).outcome).toBe('connected');
  });
});
