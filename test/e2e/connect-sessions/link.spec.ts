// The connect link: opening it does nothing, it dies in time, and no header bends where it leads.
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { load } from 'cheerio';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { raw } from '../support/raw.js';

const fixture = useSharedFixture();

const EVIL = {
  host: 'evil.example',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-for': '203.0.113.7',
  forwarded: 'host=evil.example;proto=https',
};

async function asked() {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  return { organisation, admin, session: await admin.startConnect(organisation, 'x') };
}

const rows = async (organisation: { id: string }): Promise<unknown> => ({
  sessions: await fixture.sql('select * from app.connect_session where org_id = $1', [organisation.id]),
  attempts: await fixture.sql('select * from app.oauth_attempt where org_id = $1', [organisation.id]),
});

describe('opening the link', () => {
  it('changes nothing, however often, by GET or HEAD, here or elsewhere', async () => {
    const { organisation, admin, session } = await asked();
    const before = await rows(organisation);
    for (const who of [admin, admin.elsewhere()]) {
      for (const method of ['GET', 'HEAD', 'GET']) await who.visit(session.connect_url, {}, method);
    }
    expect(await rows(organisation)).toEqual(before);
    expect((await admin.visit(session.connect_url, {}, 'HEAD')).status).toBe(200);
  });

  it('names the organisation, who asked and what will be read and written, and for Meta that every Page stays ticked', async () => {
    const { organisation, admin, session } = await asked();
    const x = await admin.browser.open(session.connect_url);
    expect(x.title).toBe('Connect X');
    for (const words of [organisation.id, admin.userId, 'read your name', 'publish posts'])
      expect(x.text).toContain(words);
    const meta = await admin.browser.open((await admin.startConnect(organisation, 'meta')).connect_url);
    expect(meta.text).toContain('Leave every Page ticked');
    // The form's redirect goes to the provider: browsers apply form-action to it as well.
    expect(x.headers.get('content-security-policy')).toContain(`form-action 'self' ${fixture.sandbox.origin}`);
  });

  it('a name with HTML in it is text on the page', async () => {
    const { organisation, admin, session } = await asked();
    await organisation.push({ name: '<img src=x onerror=alert(1)>"\'&' });
    const page = await admin.browser.open(session.connect_url);
    expect(page.$('img')).toHaveLength(0);
    expect(page.$('dd').first().text()).toBe('<img src=x onerror=alert(1)>"\'&');
  });

  it('an unknown one is a page with 404, and so is one that cannot be a link', async () => {
    for (const token of ['A'.repeat(43), 'A', 'A'.repeat(44), '%00', '..%2f', '%zz']) {
      for (const method of ['GET', 'POST']) {
        const answer = await raw(fixture.origin, `/connect/${token}`, { method });
        expect([token, answer.status]).toEqual([token, token === '%zz' ? 400 : 404]);
        expect(answer.text).not.toMatch(/\bat .*\.js|node_modules|select /);
      }
    }
  });
});

describe('an expired link', () => {
  it('says so, and Continue goes nowhere', async () => {
    const { organisation, admin, session } = await asked();
    await fixture.sql(`update app.connect_session set expires_at = now() - interval '1 second' where org_id = $1`, [
      organisation.id,
    ]);
    const page = await admin.browser.open(session.connect_url);
    expect([page.status, page.title]).toEqual([200, 'Too late']);
    const pressed = await admin.browser.open(session.connect_url, { method: 'POST' });
    expect([pressed.status, pressed.url.origin]).toEqual([409, fixture.origin]);
    expect(await admin.settled(organisation, session.id)).toMatchObject({ state: 'expired', outcome: 'expired' });
  });

  it('of a session that has ended shows what it came to', async () => {
    const { organisation, admin, session } = await asked();
    const ana = await fixture.xPerson();
    await admin.decide(await admin.toConsent(session.connect_url, 'x', ana.id), ana.id, { press: 'deny' });
    expect((await admin.browser.open(session.connect_url)).title).toBe('Not connected');
    expect((await admin.browser.open(session.connect_url, { method: 'POST' })).status).toBe(409);
    expect((await admin.settled(organisation, session.id)).outcome).toBe('denied');
  });
});

it('OA-09 Host and X-Forwarded-* change neither the link, nor the redirect URI, nor where the callback leads', async () => {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const started = await raw(fixture.origin, `${organisation.path}/connect-sessions`, {
    method: 'POST',
    headers: { ...EVIL, authorization: `Bearer ${admin.api.token}`, 'content-type': 'application/json' },
    body: '{"provider":"x"}',
  });
  expect(started.status).toBe(201);
  expect(new URL(started.body.connect_url).origin).toBe(fixture.origin);
  expect(JSON.stringify(started.headers)).not.toContain('evil');

  const cookieOf = ({ headers }: { headers: IncomingHttpHeaders }) => headers['set-cookie']![0]!.split(';')[0]!;
  const cookie = cookieOf(started);
  const { pathname } = new URL(started.body.connect_url);
  const shown = await raw(fixture.origin, pathname, { headers: { ...EVIL, cookie } });
  const nonce = load(shown.text)('input[name=page]').val();
  const pressed = await raw(fixture.origin, pathname, {
    method: 'POST',
    headers: {
      ...EVIL,
      cookie: `${cookie}; ${cookieOf(shown)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: `page=${String(nonce)}`,
  });
  const authorize = new URL(pressed.headers.location!);
  expect([pressed.status, authorize.origin]).toEqual([303, fixture.sandbox.origin]);
  expect(authorize.searchParams.get('redirect_uri')).toBe(`${fixture.origin}/oauth/x/callback`);

  const state = authorize.searchParams.get('state')!;
  const back = await raw(fixture.origin, `/oauth/x/callback?error=access_denied&state=${state}`, {
    headers: { ...EVIL, cookie },
  });
  expect([back.status, back.headers.location]).toEqual([303, `${fixture.origin}/connected/${started.body.id}#`]);
});
