// The way of a person in a real browser, under our real policies: from the link to "Connected, 2 profiles", with and without scripts.
import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { useSharedFixture } from '../../support/shared-fixture.js';
import { hasChromium, useChromium } from '../support/chromium.js';
import { makeLink } from '../support/links.js';

const fixture = useSharedFixture();
const chromium = useChromium();
const describeInBrowser = hasChromium ? describe : describe.skip;

async function asked(kind: 'self' | 'link', more: Record<string, unknown> = {}) {
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  const external = await fixture.metaPerson([{ name: 'First' }, { name: 'Second' }]);
  const session = await makeLink(admin.api, organisation, 'meta', { kind, ...more });
  return { organisation, admin, external, session };
}

/** Continue on our page, then through Meta's two. */
async function consent(page: Page, connectUrl: string, external: string): Promise<void> {
  await page.goto(connectUrl);
  await page.getByRole('button', { name: 'Continue to Meta' }).click();
  await page.getByLabel('Person').selectOption(external);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
}

const heading = (page: Page): Promise<string | null> => page.locator('h1').textContent();

describeInBrowser('The page of the result', () => {
  it.each([
    ['with a script, without being loaded again', true],
    ['without scripts, by loading itself again', false],
  ])(
    'follows the look-up of profiles to its end %s',
    async (_, javaScriptEnabled) => {
      const { admin, external, session } = await asked('self');
      const held = await fixture.sandbox.fault({
        effect: 'hold',
        times: 0,
        person: external.id,
        path: '/v:version/me/accounts',
      });
      const context = await chromium.open({ javaScriptEnabled }, admin);
      const page = await context.newPage();
      let loads = 0;
      page.on('load', () => void (loads += 1));
      await consent(page, session.connect_url, external.id);
      await page.waitForURL(`${fixture.origin}/connected/*`);
      expect(await heading(page)).toBe('Almost there');
      const before = loads;
      await fixture.release(held.id);
      await page.locator('h1', { hasText: 'Connected, 2 profiles' }).waitFor({ timeout: 20_000 });
      expect(await page.locator('main').getAttribute('data-follows')).toBeNull();
      expect(await page.getByRole('link', { name: 'Back' }).getAttribute('href')).toBe(`${fixture.origin}/`);
      if (javaScriptEnabled) expect(loads).toBe(before);
      else expect(loads).toBeGreaterThan(before);
      // The session has ended, and so has what ties it to this browser.
      expect((await context.cookies(fixture.origin)).map(({ name }) => name)).toEqual([]);
      await context.close();
    },
    60_000,
  );
});

describeInBrowser('Cancel', () => {
  it('on our own page ends the session, and leads back to where the Admin was, without a call to Meta', async () => {
    const { organisation, admin, session } = await asked('self', { return_to: '/pages.css?tab=2' });
    const context = await chromium.open({}, admin);
    const page = await context.newPage();
    await page.goto(session.connect_url);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForURL(`${fixture.origin}/pages.css?tab=2&connect_session=${session.id}`);
    expect(await admin.settled(organisation, session.id)).toMatchObject({ state: 'failed', outcome: 'denied' });
    expect(await context.cookies(fixture.origin)).toEqual([]);
    await context.close();
  });

  it('at the provider is told on a page that leads back', async () => {
    const { admin, external, session } = await asked('self');
    const context = await chromium.open({}, admin);
    const page = await context.newPage();
    await page.goto(session.connect_url);
    await page.getByRole('button', { name: 'Continue to Meta' }).click();
    await page.getByLabel('Person').selectOption(external.id);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.waitForURL(`${fixture.origin}/connected/*`);
    expect(await heading(page)).toBe('Not connected');
    expect(await page.getByRole('link', { name: 'Back' }).count()).toBe(1);
    await context.close();
  });
});

describeInBrowser('The home of the sandbox', () => {
  it('copies the command for a token with one click', async () => {
    const context = await chromium.open({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await page.goto(fixture.sandbox.origin);
    await page.getByRole('button', { name: 'Copy the command for Adam Admin' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain(
      `${fixture.sandbox.origin}/_sandbox/token -H 'content-type: application/json' -d '{"user":"admin@acme.test"}'`,
    );
    await context.close();
  });
});
