// Connecting again: by a link, by choosing Pages again, and in two tabs of the same account; nothing is ever revoked by it.
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../support/api-client.js';
import { expectStatus } from '../support/actors.js';
import { useSharedFixture } from '../support/shared-fixture.js';
import { connectionsOf, follow, makeLink, sessionOf, sessionPath } from './support/links.js';

const fixture = useSharedFixture();

const dialogs = async (person: string): Promise<string[]> =>
  (await fixture.sandbox.ledger({ person }))
    .filter((call) => call.route === '/v:version/dialog/oauth' && call.method === 'GET')
    .map((call) => String(call.query?.auth_type ?? ''));
const deletions = async (person: string): Promise<Json[]> =>
  (await fixture.sandbox.ledger({ person })).filter((call) => call.method === 'DELETE');

/** What a new consent would change; pictures and the times of calls fill in by themselves. */
const authority = ({ id, status, connected_by, connected_at, scopes, profiles }: Json): Json => ({
  id,
  status,
  connected_by,
  connected_at,
  scopes,
  profiles: profiles.map((one: Json) => [one.id, one.status, one.track, one.publish]),
});

describe('an account that is connected already', () => {
  it('is not touched by a link that is declined, and renewed in place by one that is accepted', async () => {
    const organisation = await fixture.organisation();
    const [admin, owner] = [await organisation.member('admin'), await organisation.member('owner')];
    const ada = await fixture.metaPerson([{ name: 'First' }, { name: 'Second' }]);
    const first = await admin.connect(organisation, 'meta', ada.id);
    expectStatus(await admin.switch(organisation, first.profiles[0].id, { track: true, publish: true }), 200);
    const [before] = await connectionsOf(admin, organisation);
    const grants = () =>
      fixture.sql('select id, version, access_token from app.credential where org_id = $1', [organisation.id]);
    const granted = await grants();

    const unwanted = await makeLink(owner.api, organisation, 'meta');
    await follow(fixture, unwanted, ada.id, 'meta');
    const waits = await sessionOf(admin, organisation, unwanted);
    expect(waits.awaiting.renews_connection_id).toBe(first.connectionId);
    expectStatus(await admin.api.post(sessionPath(organisation, unwanted, '/decline')), 200);
    const [after] = await connectionsOf(admin, organisation);
    expect(authority(after)).toEqual(authority(before));
    expect(await grants()).toEqual(granted);
    expect(await deletions(ada.id)).toEqual([]);

    const wanted = await makeLink(admin.api, organisation, 'meta', {
      kind: 'link',
      reconnect_connection_id: first.connectionId,
    });
    await follow(fixture, wanted, ada.id, 'meta');
    expectStatus(await owner.api.post(sessionPath(organisation, wanted, '/accept')), 200);
    expect(await admin.settled(organisation, wanted.id)).toMatchObject({
      outcome: 'connected',
      connection_id: first.connectionId,
    });
    const [renewed, ...others] = await connectionsOf(admin, organisation);
    expect(others).toEqual([]);
    expect(renewed.connected_by.user_id).toBe(owner.userId);
    expect(renewed.profiles.map((one: Json) => [one.id, one.track, one.publish])).toEqual(
      before.profiles.map((one: Json) => [one.id, one.track, one.publish]),
    );
    expect(await deletions(ada.id)).toEqual([]);
  });

  it('the wrong account is told by name whose it had to be, to the browser that tried and to no other', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const [ana, ben] = [await fixture.xPerson({ name: 'Ana Wanted' }), await fixture.xPerson({ name: 'Ben Other' })];
    const { connectionId } = await admin.connect(organisation, 'x', ana.id);
    const { session, page } = await admin.tryConnect(organisation, 'x', ben.id, { reconnects: connectionId });
    expect([session.outcome, session.reconnect_connection_id]).toEqual(['wrong_account', connectionId]);
    expect([page.title, page.text.includes('Sign in as Ana Wanted at X')]).toEqual(['Another account', true]);
    const otherBrowser = await admin.elsewhere().browser.open(page.url.href);
    expect(otherBrowser.text).not.toContain('Ana Wanted');
  });
});

describe('choosing Pages again', () => {
  it.each([
    ['choose_again', 'rerequest'],
    ['reauthorize', 'reauthorize'],
  ])('%s asks Meta again, keeps every id, and revokes nothing', async (intent, authType) => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ada = await fixture.metaPerson([{ name: 'First' }, { name: 'Second' }]);
    const first = await admin.connect(organisation, 'meta', ada.id, { untick: [ada.pages[1].id] });
    const started = expectStatus(
      await admin.api.post(`${organisation.path}/connect-sessions`, {
        provider: 'meta',
        intent,
        reconnect_connection_id: first.connectionId,
      }),
      201,
    );
    const consent = await admin.toConsent(started.connect_url, 'meta', ada.id);
    await admin.decide(consent, ada.id);
    expect(await admin.settled(organisation, started.id)).toMatchObject({
      intent,
      state: 'completed',
      connection_id: first.connectionId,
    });
    expect((await dialogs(ada.id)).at(-1)).toBe(authType);
    const [connection] = await connectionsOf(admin, organisation);
    const ids = (profiles: Json[]): unknown => new Set(profiles.map((one) => one.id));
    expect(ids(connection.profiles)).toEqual(ids(first.profiles));
    expect(await deletions(ada.id)).toEqual([]);
  });

  it('needs the connection it is about, at the same provider', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const start = (body: Json) => admin.api.post(`${organisation.path}/connect-sessions`, body);
    const unnamed = await start({ provider: 'meta', intent: 'choose_again' });
    expect([unnamed.status, unnamed.body.code]).toEqual([422, 'connection_not_named']);
    const { connectionId } = await admin.connect(organisation, 'x', (await fixture.xPerson()).id);
    const elsewhere = await start({ provider: 'meta', intent: 'choose_again', reconnect_connection_id: connectionId });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'connection_at_other_provider']);
  });
});

it('OA-16 two tabs that connect the same account at once both finish', async () => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const ada = await fixture.metaPerson([{}, {}, {}]);
  const tabs = [
    await admin.untilCallback(organisation, 'meta', ada.id),
    await admin.untilCallback(organisation, 'meta', ada.id),
  ];
  const answers = await Promise.all(tabs.map(({ callback }) => admin.visit(callback)));
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  const sessions = await Promise.all(tabs.map(({ session }) => admin.settled(organisation, session.id)));
  expect(sessions.map(({ outcome }) => outcome)).toEqual(['connected', 'connected']);
  expect(new Set(sessions.map(({ connection_id }) => connection_id)).size).toBe(1);
  const [connection, ...others] = await connectionsOf(admin, organisation);
  expect([others, connection.profiles.length]).toEqual([[], 3]);
});
