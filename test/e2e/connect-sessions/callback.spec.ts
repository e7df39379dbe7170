// The callback and the pages around it: with any query that a provider or another caller sends a browser there with.
import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/api-client.js';
import type { ProviderName } from '../../support/actors.js';
import { useFixture } from '../../support/fixture.js';
import { raw } from '../support/raw.js';

const fixture = useFixture();

/** A consent form that waits for an answer, and what is needed to answer in its place. */
async function waiting(provider: ProviderName = 'x') {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const external = provider === 'x' ? await fixture.xPerson() : await fixture.metaPerson([{}]);
  const session = await admin.startConnect(organisation, provider);
  const consent = await admin.toConsent(session.connect_url, provider, external.id);
  const state = new URL(admin.browser.history.findLast((url) => url.searchParams.has('state'))!).searchParams.get(
    'state',
  )!;
  const callback = (query: Record<string, string>) =>
    `${fixture.origin}/oauth/${provider}/callback?${new URLSearchParams({ ...query, state }).toString()}`;
  return { organisation, admin, external, session, consent, state, callback };
}

const providerCalls = async (): Promise<Json[]> => {
  const calls = await fixture.sandbox.ledger();
  return calls.filter((call) => call.client !== undefined && !/authorize|dialog/.test(call.route));
};

it.each<[ProviderName]>([['x'], ['meta']])(
  'OA-11 Cancel at the consent page of %s is told kindly, ends the session and is not called about',
  async (provider) => {
    const { organisation, admin, external, session, consent } = await waiting(provider);
    const page = await admin.decide(consent, external.id, { press: 'deny' });
    expect([page.status, page.title]).toEqual([200, 'Not connected']);
    expect(page.text).toContain('You did not allow it, and nothing was changed.');
    expect(page.url.search).toBe('');
    const seen = await admin.settled(organisation, session.id);
    expect(seen).toMatchObject({ state: 'failed', outcome: 'denied', connection_id: null });
    expect(await fixture.exchanges(provider, external.id)).toEqual([]);
  },
);

describe('OA-11 every other error uses the state up, causes no call, and shows nothing of what came', () => {
  const HTML = '<svg onload="alert(1)">&amp;<script>alert(2)</script>';
  it.each([
    ['invalid_request', ''],
    ['unauthorized_client', ''],
    ['unsupported_response_type', HTML],
    ['invalid_scope', ''],
    ['server_error', HTML],
    ['temporarily_unavailable', ''],
    ['made_up_by_somebody', `${HTML}<b>${'x'.repeat(10_000)}`],
    [HTML, HTML],
  ])('%s', async (error, error_description) => {
    const { organisation, admin, session, callback } = await waiting();
    const before = (await providerCalls()).length;
    const page = await admin.browser.open(callback({ error, error_description, code: 'a-code' }));
    expect([page.status, page.title]).toEqual([200, 'Not connected']);
    expect(page.$('script, svg, b')).toHaveLength(0);
    expect(page.$.html()).not.toContain('alert');
    expect((await admin.settled(organisation, session.id)).outcome).toBe('provider_error');
    expect(await providerCalls()).toHaveLength(before);
    // The state is gone: the same error again is shown the first outcome, and a code in its place is not traded.
    expect((await admin.visit(callback({ code: 'another-code' }))).status).toBe(303);
    expect(await providerCalls()).toHaveLength(before);
  });

  it('an error_code alone, as Meta’s dialog may answer', async () => {
    const { organisation, admin, session, callback } = await waiting('meta');
    await admin.browser.open(callback({ error_code: '1349048', error_message: HTML }));
    expect((await admin.settled(organisation, session.id)).outcome).toBe('provider_error');
  });

  it('no code and no error at all', async () => {
    const { organisation, admin, external, session, callback } = await waiting();
    expect((await admin.visit(callback({}))).status).toBe(303);
    expect((await admin.settled(organisation, session.id)).outcome).toBe('provider_error');
    expect(await fixture.exchanges('x', external.id)).toEqual([]);
  });

  it('a code that is not one is offered to the provider once', async () => {
    const { organisation, admin, session, callback } = await waiting();
    const before = (await providerCalls()).length;
    await admin.visit(callback({ code: 'never-issued' }));
    expect((await admin.settled(organisation, session.id)).outcome).toBe('provider_error');
    expect(await providerCalls()).toHaveLength(before + 1);
  });
});

it('OA-12 two hundred shapes of a query: a page with a 4xx, never a 500, never a call, and a real state survives them', async () => {
  const { organisation, admin, external, session, consent, state } = await waiting();
  const callsBefore = (await providerCalls()).length;
  const states = [
    '',
    'a',
    'A'.repeat(43),
    'A'.repeat(44),
    'A'.repeat(6_000),
    '%00',
    '%ED%A0%80',
    '%zz',
    '%F0%9F%98%80',
    '__proto__',
    "'%20or%201=1--",
    `${state}%00`,
    `%20${state}`,
  ];
  const codes = ['', 'c', 'c'.repeat(6_000), '%00', '%ED%A0%80', '%zz', '%3Cscript%3E'];
  const shapes = states.flatMap((one) =>
    codes.flatMap((code) => [`state=${one}&code=${code}`, `code=${code}&error=&state=${one}`]),
  );
  shapes.push(
    '',
    '&',
    '=',
    '?',
    'state',
    'code=c',
    `state=${state}&state=${state}&code=c`,
    `state=a&state=${state}&code=c`,
    `state[]=${state}&code=c`,
    `state[0]=${state}&code=c`,
    `state[x]=${state}&code=c`,
    `STATE=${state}&code=c`,
    `__proto__[state]=${state}&code=c`,
    `constructor=x&code=c`,
    `state;=${state};code=c`,
    `state=${state.slice(1)}&code=c`,
    `state=${state}&code=c&code=d`,
    `state=${state}&code[]=c&code[]=d`,
    `state=${state}&error=a&error=b`,
    `state=${state}&code=${'c'.repeat(4_001)}`,
  );
  expect(shapes.length).toBeGreaterThanOrEqual(200);
  const cookie = await admin.browser.jar.getCookieString(fixture.origin);
  const problems: string[] = [];
  for (const path of ['/oauth/x/callback', '/oauth/meta/callback']) {
    for (const shape of shapes) {
      // These are whole queries that happen to be acceptable to the one whose state it is.
      if (/^state=[^&]*&code\[\]/.test(shape)) continue;
      const { status, headers } = await raw(fixture.origin, `${path}?${shape}`, { headers: { cookie } });
      if (status !== 400 || headers['content-type'] !== 'text/html; charset=utf-8')
        problems.push(`${status} ${path}?${shape.slice(0, 80)}`);
    }
  }
  expect(problems).toEqual([]);
  expect(await providerCalls()).toHaveLength(callsBefore);
  await admin.decide(consent, external.id);
  expect((await admin.settled(organisation, session.id)).outcome).toBe('connected');
});

it.each<[ProviderName, string, Record<string, string>]>([
  ['x', '/2/oauth2/token', { grant_type: 'authorization_code' }],
  ['meta', '/v:version/oauth/access_token', {}],
])(
  'OA-14 a reset after the code was sent to %s: one exchange, no second try, “start again”',
  async (provider, path, when) => {
    const { organisation, admin, external, session, consent } = await waiting(provider);
    await fixture.sandbox.fault({ effect: 'reset_after', platform: provider, path, when });
    const callback = await admin.decideAndWait(consent, external.id);
    const page = await admin.browser.open(callback.href);
    expect([page.status, page.title]).toEqual([200, 'Not connected']);
    expect(page.text).toContain('start again');
    expect((await admin.settled(organisation, session.id)).outcome).toBe('provider_error');
    expect(
      (await fixture.sandbox.ledger({ fault: 'reset_after', platform: provider })).map((call) => call.path),
    ).toHaveLength(1);
    await admin.visit(callback);
    expect(await fixture.exchanges(provider, external.id)).toHaveLength(1);
    expect((await admin.api.get(`${organisation.path}/connections`)).body.data).toEqual([]);
  },
);

describe('OA-15 nothing of the callback stays behind', () => {
  it('it answers 303 to a clean address, without a referrer, and nothing may be stored', async () => {
    const { admin, external, session, consent, state } = await waiting();
    const callback = await admin.decideAndWait(consent, external.id);
    const answer = await admin.visit(callback);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`${fixture.origin}/connected/${session.id}#`);
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).not.toContain(state);
  });

  it('the pages load nothing from elsewhere, run nothing, and can be framed by no page', async () => {
    const { admin, external, session, consent } = await waiting();
    const result = await admin.decide(consent, external.id);
    const pages = [
      await admin.browser.open(session.connect_url),
      result,
      await admin.browser.open(`${fixture.origin}/oauth/x/callback`),
    ];
    for (const page of pages) {
      const loaded = page
        .$('[src], link[href]')
        .toArray()
        .map((element) => page.$(element).attr('src') ?? page.$(element).attr('href'));
      expect(['/pages.css', '/pages.css,/pages.js']).toContain(loaded.join());
      expect(page.$('script:not([src="/pages.js"]), style, img, iframe, [style], [onclick]')).toHaveLength(0);
      expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(page.headers.get('referrer-policy')).toBe('no-referrer');
      expect(page.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('return_to leads back to where the Admin was, with the session’s id and without the code', async () => {
    const organisation = await fixture.organisation();
    const admin = await organisation.member('admin');
    const { id } = await fixture.xPerson();
    const { callback, session } = await admin.untilCallback(organisation, 'x', id, {
      returnTo: '/somewhere?tab=2#top',
    });
    const answer = await admin.visit(callback);
    expect(answer.headers.get('location')).toBe(`${fixture.origin}/somewhere?tab=2&connect_session=${session.id}#top`);
  });
});
