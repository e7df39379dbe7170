// Links that can be sent: opened by any person, claimed by one browser, and worth nothing until an admin accepts.
import { describe, expect, it } from '@jest/globals';
import type { Page } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { useSharedFixture } from '../support/shared-fixture.js';
import { auditOf, connectionsOf, follow, makeLink, sessionOf, sessionPath, waiting } from './support/links.js';

const fixture = useSharedFixture();

const HOUR = 3_600_000;
const until = (at: string): number => (Date.parse(at) - Date.now()) / HOUR;

describe('a link', () => {
  it('lives 72 hours, sets no cookie for the caller, and can be opened in any browser without an effect', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const link = await makeLink(admin.api, organisation);
    expect(link.kind).toBe('link');
    expect(until(link.expires_at)).toBeCloseTo(72, 1);
    expect(await admin.browser.jar.getCookies(fixture.origin)).toEqual([]);

    const before = await fixture.sql('select * from app.connect_session where org_id = $1', [organisation.id]);
    for (const person of [admin, await fixture.person(), await fixture.person()]) {
      const page = await person.browser.open(link.connect_url);
      expect([page.status, page.title]).toEqual([200, 'Connect X']);
      expect(page.text).toContain(`an admin of Organisation ${organisation.id} accepts the connection or declines it`);
    }
    expect(await fixture.sql('select * from app.connect_session where org_id = $1', [organisation.id])).toEqual(before);
  });

  it('is claimed by exactly one of two browsers that press Continue at once, at two processes', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const [first, second] = fixture.processes;
    for (let round = 0; round < 5; round += 1) {
      const link = await makeLink(admin.api, organisation);
      const shown = await Promise.all(
        [first!, second!, first!, second!].map(async ({ origin }) => {
          const visitor = await fixture.person();
          return { visitor, page: await visitor.browser.open(link.connect_url.replace(fixture.origin, origin)) };
        }),
      );
      const pressed = await Promise.all(
        shown.map(async ({ visitor, page }) => {
          const answer = await visitor.sendForm(page);
          return {
            status: answer.status,
            cookie: answer.headers.getSetCookie().some((cookie) => /^connect-[a-z0-9]{12}=[^;]/.test(cookie)),
            visitor,
            text: await answer.text(),
          };
        }),
      );
      expect(pressed.map(({ status, cookie }) => `${status} ${cookie}`).toSorted()).toEqual([
        '303 true',
        '403 false',
        '403 false',
        '403 false',
      ]);
      expect(pressed.find(({ status }) => status === 403)!.text).toContain('started in another browser');
      // Its own browser may press again; another one is told why it cannot.
      const { visitor } = pressed.find(({ status }) => status === 303)!;
      expect((await visitor.press(link.connect_url)).status).toBe(303);
      const late = await (await fixture.person()).browser.open(link.connect_url);
      expect([late.status, late.text.includes('taken up in another browser')]).toEqual([403, true]);
    }
    const strays = await fixture.sql(
      `select 1 from app.oauth_attempt a join app.connect_session s on s.id = a.session_id
       where s.org_id = $1 and s.browser_hash is distinct from a.browser_hash`,
      [organisation.id],
    );
    expect(strays).toEqual([]);
  });

  it('OA-06 the callback in another browser ends nothing: it is told so, logged once, and the right one goes on', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ana = await fixture.xPerson();
    const link = await makeLink(admin.api, organisation);
    const visitor = await fixture.person();
    const consent = await visitor.toConsent(link.connect_url, 'x', ana.id);
    const callback = await visitor.decideAndWait(consent, ana.id);
    for (let times = 0; times < 3; times += 1) {
      const otherBrowser = await (await fixture.person()).browser.open(callback.href);
      expect([otherBrowser.status, otherBrowser.title]).toEqual([403, 'Started in another browser']);
    }
    expect(await fixture.exchanges('x', ana.id)).toEqual([]);
    const page = await visitor.browser.open(callback.href);
    expect(page.title).toBe('Waiting for acceptance');
    expect(await auditOf(fixture, organisation)).toEqual([
      'connect_session.started',
      'connect_session.browser_mismatch browser_mismatch',
      'connect_session.awaits_acceptance',
    ]);
  });
});

describe('what a link brought', () => {
  it('waits: only the person was named, nothing was looked up, and no connection or profile is there', async () => {
    const { organisation, admin, external, link, page } = await waiting(fixture, 'meta');
    expect([page.status, page.title]).toEqual([200, 'Waiting for acceptance']);
    expect(page.text).toContain(`an admin of Organisation ${organisation.id} has to accept`);
    expect(page.text).toContain(external.name);
    const session = await sessionOf(admin, organisation, link);
    expect(session).toMatchObject({
      state: 'awaiting_acceptance',
      outcome: null,
      connection_id: null,
      awaiting: { display_name: external.name, external_user_id: external.id, renews_connection_id: null },
      asked_by: { user_id: admin.userId, service: null },
    });
    expect(until(session.expires_at)).toBeCloseTo(7 * 24, 1);
    expect(await connectionsOf(admin, organisation)).toEqual([]);
    expect((await admin.api.get(`${organisation.path}/profiles`)).body.data).toEqual([]);
    const asked = (await fixture.sandbox.ledger({ person: external.id })).map((call) =>
      call.path.replace(/^\/v[\d.]+/, ''),
    );
    expect(new Set(asked)).toEqual(new Set(['/dialog/oauth', '/oauth/access_token', '/me']));
    const waits = await admin.api.get(`${organisation.path}/connect-sessions?state=awaiting_acceptance`);
    expect(waits.body.data.map((one: { id: string }) => one.id)).toEqual([link.id]);
  });

  it.each(['x', 'meta'] as const)('of %s becomes a connection when an admin accepts, once', async (provider) => {
    const { organisation, admin, external, link, visitor, page } = await waiting(fixture, provider);
    const [one, two] = await Promise.all([
      admin.api.post(sessionPath(organisation, link, '/accept')),
      admin.api.post(sessionPath(organisation, link, '/accept')),
    ]);
    expect(new Set([one.status, two.status])).toEqual(new Set([200, 409]));
    expect([one, two].find(({ status }) => status === 409)!.body.code).toBe('connect_session_not_waiting');
    const session = await admin.settled(organisation, link.id);
    expect(session).toMatchObject({ state: 'completed', outcome: 'connected', awaiting: null });
    const [connection, ...others] = await connectionsOf(admin, organisation);
    expect(others).toEqual([]);
    expect(connection).toMatchObject({
      id: session.connection_id,
      external_user_id: external.id,
      connected_by: { user_id: admin.userId },
      health: { health: 'healthy' },
    });
    expect(connection.profiles).toHaveLength(provider === 'x' ? 1 : 2);
    const seen = await visitor.browser.open(page.url.href);
    const title = provider === 'x' ? 'Connected, 1 profile' : 'Connected, 2 profiles';
    expect([seen.title, seen.text.includes(external.name)]).toEqual([title, true]);
    expect(await auditOf(fixture, organisation)).toEqual([
      'connect_session.started',
      'connect_session.awaits_acceptance',
      'connection.connected',
      'connect_session.accepted',
      'connect_session.completed connected',
    ]);
    expect(await fixture.sql('select * from app.waiting_grant where org_id = $1', [organisation.id])).toEqual([]);
  });

  it('is given back when an admin declines: revoked at X, gone here, and the page says so', async () => {
    const { organisation, admin, external, link, visitor, page } = await waiting(fixture);
    const declined = await admin.api.post(sessionPath(organisation, link, '/decline'));
    expect([declined.status, declined.body.state, declined.body.outcome]).toEqual([200, 'failed', 'declined']);
    expect(await connectionsOf(admin, organisation)).toEqual([]);
    expect((await visitor.browser.open(page.url.href)).title).toBe('Not accepted');
    await eventually(async () =>
      expect(await fixture.sandbox.ledger({ person: external.id, path: '/2/oauth2/revoke' })).toHaveLength(2),
    );
    expect((await admin.api.post(sessionPath(organisation, link, '/accept'))).body.code).toBe(
      'connect_session_not_waiting',
    );
    const left = (await fixture.dump()).filter(
      ({ table, row }) => row.includes(external.id) && !/audit_event|revocation/.test(table),
    );
    expect(left).toEqual([]);
    expect((await auditOf(fixture, organisation)).at(-1)).toBe('connect_session.declined declined');
  });

  it('is decided by those who may connect, of this organisation alone', async () => {
    const { organisation, admin, link } = await waiting(fixture);
    const editor = await organisation.member('editor');
    const foreign = await (await fixture.organisation()).member('owner');
    for (const verb of ['/accept', '/decline']) {
      const path = sessionPath(organisation, link, verb);
      expect((await editor.api.post(path)).body.code).toBe('not_allowed');
      expect((await foreign.api.post(path)).body.code).toBe('organisation_not_found');
      const other = await fixture.organisation();
      await other.setRole(foreign, 'admin');
      expect((await foreign.api.post(sessionPath(other, link, verb))).body.code).toBe('connect_session_not_found');
    }
    // Accepting makes somebody answer for the connection.
    const alone = await fixture.host.post(sessionPath(organisation, link, '/accept'));
    expect([alone.status, alone.body.code]).toEqual([403, 'acceptance_needs_person']);
    expect((await sessionOf(admin, organisation, link)).state).toBe('awaiting_acceptance');
    await organisation.setRole(admin, 'member');
    expect((await admin.api.post(sessionPath(organisation, link, '/accept'))).body.code).toBe('not_allowed');
    await organisation.setRole(admin, 'admin');
    const spoken = await fixture.host.onBehalfOf(admin.userId).post(sessionPath(organisation, link, '/accept'));
    expect(spoken.status).toBe(200);
  });
});

describe('the initiator', () => {
  it('OA-07 who lost the right meanwhile brings nothing in: the outcome is not_allowed, and X is told', async () => {
    const organisation = await fixture.organisation();
    const [admin, owner] = [await organisation.member('admin'), await organisation.member('owner')];
    const ana = await fixture.xPerson();
    const link = await makeLink(admin.api, organisation);
    const visitor = await fixture.person();
    const consent = await visitor.toConsent(link.connect_url, 'x', ana.id);
    await organisation.setRole(admin, 'editor');
    const page = await visitor.decide(consent, ana.id);
    expect(page.title).toBe('Not allowed');
    expect(await sessionOf(owner, organisation, link)).toMatchObject({ state: 'failed', outcome: 'not_allowed' });
    await eventually(async () =>
      expect(await fixture.sandbox.ledger({ person: ana.id, path: '/2/oauth2/revoke' })).toHaveLength(2),
    );
  });

  it('a service alone always makes a link, which works end to end; the organisation must be active when it is used', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ana = await fixture.xPerson();
    const link = await makeLink(fixture.host, organisation, 'x', { kind: 'self' });
    expect(link.kind).toBe('link');
    const opened: Page = await (await fixture.person()).browser.open(link.connect_url);
    expect(opened.text).toContain('the service host-platform');
    await follow(fixture, link, ana.id);
    expect(await sessionOf(admin, organisation, link)).toMatchObject({
      state: 'awaiting_acceptance',
      asked_by: { user_id: null, service: 'host-platform', name: null },
    });
    expect((await admin.api.post(sessionPath(organisation, link, '/accept'))).status).toBe(200);
    expect(await admin.settled(organisation, link.id)).toMatchObject({ outcome: 'connected' });
    expect((await connectionsOf(admin, organisation))[0].connected_by.user_id).toBe(admin.userId);

    const late = await makeLink(fixture.host, organisation);
    await organisation.push({ status: 'suspended' });
    const page = await (await fixture.person()).browser.open(late.connect_url);
    expect([page.status, page.title]).toEqual([403, 'Not allowed']);
  });
});
