// Every page that people see, on a phone and on a desk, in light and dark: it fits, it can be read, and it can be used without a mouse.
// With SHOTS=<folder> a picture of each is written there, to be looked at.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import type { Person } from '../../support/actors.js';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { hasChromium, useChromium } from '../support/chromium.js';
import { makeLink } from '../support/links.js';
import { post, signedRequest } from '../support/meta-callbacks.js';

const fixture = useSharedFixture();
const chromium = useChromium();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env['SHOTS'];

/** Names as people give them: long, in one piece, and in another direction. */
const NAME = 'Ana María Featherstonehaugh-Wolfeschlegelstein';

interface Place {
  readonly url: string;
  /** Whose cookies open it. */
  readonly as?: Person;
}

const places = new Map<string, Place>();

beforeAll(async () => {
  if (!hasChromium) return;
  if (SHOTS !== undefined) mkdirSync(SHOTS, { recursive: true });
  await ours();
  await theirs();
});

async function ours(): Promise<void> {
  const organisation = await fixture.organisation();
  await organisation.push({ name: 'Bäckerei Sonnenschein & Töchter GmbH' });
  const admin = await organisation.member('admin');
  const ask = async (name: string, provider: 'x' | 'meta'): Promise<void> => {
    const { connect_url } = await admin.startConnect(organisation, provider);
    places.set(name, { url: connect_url, as: admin });
  };
  await ask('connect-x', 'x');
  await ask('connect-meta', 'meta');
  const open = places.get('connect-x')!.url;
  places.set('other-browser', { url: open });
  places.set('connect-link', { url: (await makeLink(fixture.host, organisation)).connect_url });
  places.set('link-unknown', { url: `${fixture.origin}/connect/${'A'.repeat(43)}` });
  places.set('callback-unknown', { url: `${fixture.origin}/oauth/x/callback?state=unknown` });

  // Ends of a session. Each in a browser of its own, because the page of an end is the last one that knows it.
  const end = async (
    name: string,
    query: Record<string, string> | null,
    external = fixture.xPerson({ name: NAME }),
  ): Promise<void> => {
    const visitor = await organisation.member('admin');
    const { callback, session } = await visitor.untilCallback(organisation, 'x', (await external).id);
    const state = callback.searchParams.get('state')!;
    const url =
      query === null
        ? callback
        : `${callback.origin}${callback.pathname}?${String(new URLSearchParams({ ...query, state }))}`;
    await visitor.visit(url);
    await visitor.settled(organisation, session.id);
    places.set(name, { url: `${fixture.origin}/connected/${session.id}`, as: visitor });
  };
  await end('connected', null);
  await end('denied', { error: 'access_denied' });
  await end('provider-trouble', { error: 'temporarily_unavailable' });
  await end('provider-misconfigured', { error: 'invalid_scope' });

  const link = await makeLink(admin.api, organisation, 'x');
  const visitor = await fixture.person();
  const ina = await fixture.xPerson({ name: NAME });
  const waiting = await visitor.decide(await visitor.toConsent(link.connect_url, 'x', ina.id), ina.id);
  places.set('waiting', { url: waiting.url.href, as: visitor });
  const withdrawn = await makeLink(admin.api, organisation);
  await admin.api.delete(`${organisation.path}/connect-sessions/${withdrawn.id}`);
  places.set('withdrawn', { url: withdrawn.connect_url });

  // As it stands while profiles are looked up, for as long as this file runs.
  const elsewhere = await fixture.organisation();
  const other = await elsewhere.member('admin');
  const { id: mia } = await fixture.metaPerson([{}, {}]);
  const { callback, session } = await other.untilCallback(elsewhere, 'meta', mia);
  await other.visit(callback);
  await other.settled(elsewhere, session.id);
  await fixture.sql(
    `update app.connect_session set state = 'discovering', outcome = null, discovered = 3,
       expires_at = app.now() + interval '1 hour' where org_id = $1`,
    [elsewhere.id],
  );
  places.set('discovering', { url: `${fixture.origin}/connected/${session.id}`, as: other });

  const { id: forgotten } = await fixture.metaPerson();
  const { body } = await post(fixture, 'data_deletion', signedRequest({ user_id: forgotten }));
  places.set('deletion', { url: body.url });
}

async function theirs(): Promise<void> {
  const { origin } = fixture.sandbox;
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const [ada, ana] = [
    await fixture.metaPerson([{ name: 'Blue Door Café', instagram: true }, { name: NAME }, { instagram: true }]),
    await fixture.xPerson({ name: NAME }),
  ];
  places.set('sandbox-home', { url: origin });
  const x = await admin.startConnect(organisation, 'x');
  const consent = await admin.toConsent(x.connect_url, 'x', ana.id);
  places.set('sandbox-x-consent', { url: `${consent.url.href}&person=${ana.id}` });
  const meta = await admin.startConnect(organisation, 'meta');
  const picker = await admin.toConsent(meta.connect_url, 'meta', ada.id);
  places.set('sandbox-meta-consent', { url: picker.url.href });
  const signIn = new URL(picker.url);
  signIn.searchParams.delete('person');
  places.set('sandbox-meta-sign-in', { url: signIn.href });
  signIn.searchParams.set('client_id', '1');
  places.set('sandbox-meta-problem', { url: signIn.href });
  places.set('sandbox-x-problem', { url: `${origin}/i/oauth2/authorize?client_id=1` });
  await admin.connect(organisation, 'meta', ada.id);
  const again = await admin.startConnect(organisation, 'meta');
  places.set('sandbox-meta-continue', { url: (await admin.toConsent(again.connect_url, 'meta', ada.id)).url.href });
  await admin.connect(organisation, 'x', ana.id);
  places.set('sandbox-person-x', {
    url: `${origin}/?person=${ana.id}&said=${encodeURIComponent('suspend: {"ok":true}')}`,
  });
  places.set('sandbox-person-meta', { url: `${origin}/?person=${ada.id}` });
  const oidc = new URL(`${origin}/oidc/auth`);
  for (const [name, value] of Object.entries({
    client_id: 'console',
    response_type: 'code',
    redirect_uri: 'http://127.0.0.1:4000/',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  }))
    oidc.searchParams.set(name, value);
  places.set('sandbox-sign-in', { url: oidc.href });
}

const NAMES = [
  'connect-x connect-meta connect-link other-browser link-unknown callback-unknown connected denied',
  'provider-trouble provider-misconfigured waiting withdrawn discovering deletion',
  'sandbox-home sandbox-x-consent sandbox-x-problem sandbox-meta-sign-in sandbox-meta-consent sandbox-meta-continue',
  'sandbox-meta-problem sandbox-person-x sandbox-person-meta sandbox-sign-in',
].flatMap((line) => line.split(' '));

/** A phone's screen is small and fine, a desk's is wide. */
const SCREENS = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];

const describeInBrowser = hasChromium ? describe : describe.skip;

describeInBrowser('A page', () => {
  it.each(NAMES)(
    '%s fits a phone and a desk, and has no fault that axe knows, in light and dark',
    async (name) => {
      const { url, as } = places.get(name)!;
      const context = await chromium.open({ reducedMotion: 'reduce' }, as);
      const found = await look(context, url, name);
      await context.close();
      expect(found).toEqual([]);
    },
    90_000,
  );

  it('sandbox-home is short on a phone, however many people there are', async () => {
    for (let more = 0; more < 30; more += 1) await fixture.sandbox.person({ platform: 'x', posts: 0 });
    const context = await chromium.open({ viewport: SCREENS[0]! });
    const page = await context.newPage();
    await page.goto(fixture.sandbox.origin);
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThan(3_200);
    // An id stands on one line.
    const heights = await page.evaluate(
      `[...document.querySelectorAll('.rows code')].filter((e) => e.checkVisibility()).map((e) => e.getClientRects().length)`,
    );
    expect(Math.max(...(heights as number[]))).toBeLessThanOrEqual(2);
    await context.close();
  });
});

/** What is wrong with a page, in words. */
async function look(context: BrowserContext, url: string, name: string): Promise<string[]> {
  const page = await context.newPage();
  const found: string[] = [];
  const home = new URL(url).origin;
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (origin !== home) found.push(`asks ${origin}`);
  });
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) found.push(message.text());
  });
  await page.goto(url);
  await page.evaluate(AXE);
  for (const screen of SCREENS) {
    await page.setViewportSize(screen);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const at = `${name}-${screen.width}-${colorScheme}`;
      if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, `${at}.png`), fullPage: true });
      // Rules and colours are the same on every screen.
      if (screen.width < 1_000) found.push(...(await faults(page)).map((fault) => `${at}: ${fault}`));
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
      if (wide) found.push(`${at} is wider than its screen`);
    }
  }
  const outline = await page.evaluate<string>(`(() => {
    const first = document.querySelector('a[href], button:not([hidden]), select, input:not([type=hidden])');
    first?.focus({ focusVisible: true });
    return first === null ? 'none to focus' : getComputedStyle(first).outlineStyle;
  })()`);
  if (outline === 'none') found.push('the focus is not shown');
  return found;
}

async function faults(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] })`,
  );
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map((node) => node.html).join(' ')}`);
}
