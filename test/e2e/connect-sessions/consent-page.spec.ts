// The page that names the organisation: no way leads to a provider without it, and it is judged when it is shown and when it is answered.
import { describe, expect, it } from '@jest/globals';
import { load } from 'cheerio';
import { Page } from '../../support/browser.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { eventually } from '../../support/eventually.js';
import { auditOf, makeLink, sessionOf, sessionPath, waiting } from '../support/links.js';

const fixture = useSharedFixture();

async function asked(kind: 'self' | 'link' = 'link') {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const link = await makeLink(admin.api, organisation, 'x', { kind });
  return { organisation, admin, link, visitor: kind === 'self' ? admin : await fixture.person() };
}

const attempts = (organisation: { id: string }): Promise<unknown[]> =>
  fixture.sql('select 1 from app.oauth_attempt where org_id = $1', [organisation.id]);

describe('OA-21 no path leads to a provider without the page that names the organisation', () => {
  it.each<[string, (nonce: string, other: string) => Record<string, string> | null, Record<string, string>]>([
    ['no form', () => null, {}],
    ['an empty form', () => ({}), {}],
    ['a made-up nonce', () => ({ page: `${'A'.repeat(43)}.${'A'.repeat(43)}` }), {}],
    ['the nonce of another link’s page', (_, other) => ({ page: other }), {}],
    ['its nonce from another site', (page) => ({ page }), { 'sec-fetch-site': 'cross-site' }],
    ['its nonce from a sibling site', (page) => ({ page }), { 'sec-fetch-site': 'same-site' }],
    ['its nonce from another origin', (page) => ({ page }), { origin: 'https://evil.example' }],
    ['its nonce from an opaque origin', (page) => ({ page }), { origin: 'null' }],
  ])('%s: 403 and the page itself, nothing claimed, no attempt', async (_, form, headers) => {
    const { organisation, link, visitor } = await asked();
    const nonce = String((await visitor.browser.open(link.connect_url)).$('input[name=page]').val());
    const foreign = await makeLink(fixture.host, organisation);
    const other = String((await visitor.browser.open(foreign.connect_url)).$('input[name=page]').val());
    const fields = form(nonce, other);
    const answer = await visitor.browser.call(link.connect_url, {
      method: 'POST',
      headers,
      redirect: 'manual',
      ...(fields !== null && { body: new URLSearchParams(fields) }),
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
    expect(
      load(await answer.text())('dd')
        .first()
        .text(),
    ).toBe(`Organisation ${organisation.id}`);
    expect(await attempts(organisation)).toEqual([]);
    expect(
      await fixture.sql('select 1 from app.connect_session where org_id = $1 and browser_hash is not null', [
        organisation.id,
      ]),
    ).toEqual([]);
    // The page that came with the refusal works.
    expect((await visitor.press(link.connect_url)).status).toBe(303);
  });

  it('a page that another browser was shown is worth nothing in this one, whatever cookie it makes up', async () => {
    const { organisation, link, visitor } = await asked();
    const nonce = String((await visitor.browser.open(link.connect_url)).$('input[name=page]').val());
    const victim = await fixture.person();
    const body = new URLSearchParams({ page: nonce });
    const without = await victim.browser.call(link.connect_url, { method: 'POST', body, redirect: 'manual' });
    expect([without.status, without.headers.get('location')]).toEqual([403, null]);
    const invented = 'B'.repeat(43);
    const made = await fetch(link.connect_url, {
      method: 'POST',
      body: new URLSearchParams({ page: invented }),
      headers: { cookie: `connect-page-${link.id.slice(-12)}=${invented}` },
      redirect: 'manual',
    });
    expect([made.status, made.headers.get('location')]).toEqual([403, null]);
    expect(await attempts(organisation)).toEqual([]);
  });

  it('a page leads there once: its nonce is used up, at whichever process, also in the browser that has it', async () => {
    const { organisation, link, visitor } = await asked();
    const page = await visitor.browser.open(link.connect_url);
    const nonce = String(page.$('input[name=page]').val());
    const cookie = await visitor.browser.jar.getCookieString(fixture.origin);
    const [first, second] = fixture.processes;
    const press = (origin: string): Promise<Response> =>
      fetch(link.connect_url.replace(fixture.origin, origin), {
        method: 'POST',
        body: new URLSearchParams({ page: nonce }),
        headers: { cookie },
        redirect: 'manual',
      });
    const pressed = await Promise.all([first!, second!, first!].map(({ origin }) => press(origin)));
    expect(pressed.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 403, 403]);
    expect(await attempts(organisation)).toHaveLength(1);
  });

  it.each([303, 403])(
    'a double click on Continue claims the link once, and its browser can finish, also where it got only the answer %i',
    async (status) => {
      const { organisation, admin, link, visitor } = await asked();
      const ana = await fixture.xPerson();
      const opened = await visitor.browser.open(link.connect_url);
      const body = new URLSearchParams({ page: String(opened.$('input[name=page]').val()), decision: 'continue' });
      const cookie = await visitor.browser.jar.getCookieString(fixture.origin);
      const press = () => fetch(link.connect_url, { method: 'POST', body, headers: { cookie }, redirect: 'manual' });
      const answers = await Promise.all([press(), press()]);
      expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([303, 403]);

      const shown = answers.find((answer) => answer.status === status)!;
      for (const one of shown.headers.getSetCookie()) await visitor.browser.jar.setCookie(one, fixture.origin);
      const consent =
        status === 303
          ? await visitor.browser.open(shown.headers.get('location')!)
          : await new Page(visitor.browser, link.connect_url, shown, await shown.text()).submit();
      expect((await visitor.decide(consent, ana.id)).title).toBe('Waiting for acceptance');
      expect((await sessionOf(admin, organisation, link)).state).toBe('awaiting_acceptance');
      expect((await auditOf(fixture, organisation)).filter((line) => line.includes('mismatch'))).toEqual([]);
    },
  );

  it('a real page in a browser that says where it is leads there', async () => {
    for (const headers of [
      { origin: fixture.origin, 'sec-fetch-site': 'same-origin' },
      // What our own page sends under its referrer policy.
      { origin: 'null', 'sec-fetch-site': 'same-origin' },
      { origin: fixture.origin },
    ]) {
      const { link, visitor } = await asked();
      const nonce = String((await visitor.browser.open(link.connect_url)).$('input[name=page]').val());
      const body = new URLSearchParams({ page: nonce });
      const answer = await visitor.browser.call(link.connect_url, {
        method: 'POST',
        body,
        headers,
        redirect: 'manual',
      });
      expect([answer.status, new URL(answer.headers.get('location')!).origin]).toEqual([303, fixture.sandbox.origin]);
    }
  });
});

describe('OA-07 those who asked are judged when the page is shown, and at Continue', () => {
  it.each<[string, 'self' | 'link']>([
    ['demoted', 'self'],
    ['removed', 'link'],
    ['in a suspended organisation', 'link'],
    ['in an organisation that is being erased', 'self'],
  ])('%s: neither leads on, and nothing ends by it', async (what, kind) => {
    const { organisation, admin, link, visitor } = await asked(kind);
    const owner = await organisation.member('owner');
    const open = await visitor.browser.open(link.connect_url);
    if (what === 'demoted') await organisation.setRole(admin, 'editor');
    else if (what === 'removed') await organisation.remove(admin);
    else if (what === 'in a suspended organisation') await organisation.push({ status: 'suspended' });
    else await owner.api.post(`${organisation.path}/erasure`, { name: `Organisation ${organisation.id}` });
    const pressed = await visitor.sendForm(open);
    expect([pressed.status, (await pressed.text()).includes('asker_not_allowed')]).toEqual([403, true]);
    const page = await visitor.browser.open(link.connect_url);
    expect([page.status, page.title, page.$('form').length]).toEqual([403, 'Not allowed', 0]);
    expect(await attempts(organisation)).toEqual([]);
    expect(await fixture.sql('select state from app.connect_session where org_id = $1', [organisation.id])).toEqual([
      { state: 'pending' },
    ]);
  });
});

describe('a link is withdrawn', () => {
  it('opens nothing any more, also in the browser that claimed it, and stays withdrawn when asked again', async () => {
    const { organisation, admin, link, visitor } = await asked();
    const ana = await fixture.xPerson();
    const consent = await visitor.toConsent(link.connect_url, 'x', ana.id);
    for (let times = 0; times < 2; times += 1) {
      const { status, body } = await admin.api.delete(sessionPath(organisation, link));
      expect([status, body.state, body.outcome]).toEqual([200, 'failed', 'withdrawn']);
    }
    const callback = await visitor.decideAndWait(consent, ana.id);
    const page = await visitor.browser.open(callback.href);
    expect(page.title).toBe('Withdrawn');
    expect(await fixture.exchanges('x', ana.id)).toEqual([]);
    expect((await (await fixture.person()).browser.open(link.connect_url)).title).toBe('Withdrawn');
    expect((await auditOf(fixture, organisation)).filter((line) => line.includes('withdrawn'))).toEqual([
      'connect_session.withdrawn withdrawn',
    ]);
  });

  it('what waits for a decision is accepted or declined instead, and what is over stays as it is', async () => {
    const { organisation, admin, link } = await waiting(fixture);
    const answer = await admin.api.delete(sessionPath(organisation, link));
    expect([answer.status, answer.body.code]).toEqual([409, 'connect_session_awaits_decision']);
    await admin.api.post(sessionPath(organisation, link, '/decline'));
    expect((await admin.api.delete(sessionPath(organisation, link))).body.code).toBe('connect_session_over');
  });
});

describe('OA-22 the cookie of a session', () => {
  it('is found by its session: thirty connects in one browser, one after another and side by side', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const open = [];
    for (let times = 0; times < 30; times += 1) open.push(await admin.startConnect(organisation, 'x'));
    for (const session of [open[0]!, open[29]!, open[15]!]) {
      const ana = await fixture.xPerson();
      await admin.decide(await admin.toConsent(session.connect_url, 'x', ana.id), ana.id);
      expect((await admin.settled(organisation, session.id)).outcome).toBe('connected');
    }
  });

  it('is gone once the end was shown, and lives no longer than the attempt', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const ana = await fixture.xPerson();
    const { page, session } = await admin.connect(organisation, 'x', ana.id);
    const cookies = async (): Promise<{ key: string; maxAge: unknown }[]> =>
      (await admin.browser.jar.getCookies(fixture.origin)).map(({ key, maxAge }) => ({ key, maxAge }));
    await eventually(async () => expect((await admin.browser.open(page.url.href)).title).toMatch(/^Connected/));
    expect(await cookies()).toEqual([]);
    // Its second attempt is shown the outcome, and no name.
    const later = await admin.browser.open(`${fixture.origin}/connected/${session.id}`);
    expect([later.title, later.text.includes(ana.name)]).toEqual(['Connected', false]);

    await admin.startConnect(organisation, 'x');
    expect(await cookies()).toEqual([{ key: expect.stringMatching(/^connect-/), maxAge: 600 }]);
  });
});

it('shows names on one line and in one direction, and tells another browser none', async () => {
  const organisation = await fixture.organisation();
  await organisation.push({ name: 'Evil\u202egnp.exe\u2066' });
  const admin = await organisation.member('admin');
  const link = await makeLink(admin.api, organisation);
  const page = await (await fixture.person()).browser.open(link.connect_url);
  expect(page.$('dd bdi').first().text().trim()).toBe('Evil gnp.exe');
  const ana = await fixture.xPerson({ name: 'Ana\u202e\nTwo' });
  const visitor = await fixture.person();
  const end = await visitor.decide(await visitor.toConsent(link.connect_url, 'x', ana.id), ana.id);
  expect(end.text).toContain('Evil gnp.exe');
  const other = await (await fixture.person()).browser.open(end.url.href);
  expect([other.title, other.text.includes('Evil'), other.text.includes('Ana')]).toEqual([
    'Waiting for acceptance',
    false,
    false,
  ]);
  for (const shown of [page, end, other]) expect(shown.$.html()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
});
