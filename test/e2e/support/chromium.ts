// A real browser, for what only one can show: scripts, policies, layout. Chromium has to be installed; CHROMIUM names another place.
import { afterAll, beforeAll } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from 'playwright-core';
import type { Person } from '../../support/actors.js';

const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PLACES.find((place) => place !== undefined && existsSync(place));

/** Where there is none, its tests are skipped, and named as such by jest. */
export const hasChromium = executablePath !== undefined;

export interface Chromium {
  /** A browser without any cookie; with the cookies of `person`, where one is named. */
  open(options?: BrowserContextOptions, person?: Person): Promise<BrowserContext>;
}

export function useChromium(): Chromium {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
  return {
    async open(options, person) {
      const context = await browser!.newContext(options);
      if (person !== undefined) {
        const { cookies } = person.browser.jar.serializeSync()!;
        await context.addCookies(
          cookies.map(({ key, value, domain, path }) => ({
            name: String(key),
            value: String(value),
            domain: String(domain),
            path: String(path),
          })),
        );
      }
      return context;
    },
  };
}
