// A browser application on another origin: allowed by configuration, through the whole connect, in a real browser.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Json } from '../../support/api-client.js';
import type { Organisation, Person } from '../../support/actors.js';
import { useFixture } from '../../support/fixture.js';
import { raw, type RawAnswer } from '../support/raw.js';

const env: Record<string, string> = {};
let server: Server;
let port: number;
// Before the fixture, whose settings name the origins.
beforeAll(async () => {
  server = createServer((_, reply) => reply.setHeader('content-type', 'text/html').end('<title>Host</title>'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo);
  Object.assign(env, { CORS_ORIGINS: `http://127.0.0.1:${port}, http://localhost:${port}` });
});
const fixture = useFixture({ env });
afterAll(() => void server.close());

let organisation: Organisation;
let admin: Person;
beforeAll(async () => {
  organisation = await fixture.organisation();
  admin = await organisation.member('admin');
});

const ask = (path: string, method: string, headers: Record<string, string>): Promise<RawAnswer> =>
  raw(fixture.origin, path, { method, headers });
const cors = ({ headers }: RawAnswer): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control')));

describe('the headers', () => {
  const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
  const sessions = (): string => `${organisation.path}/connect-sessions`;

  it('a preflight of an allowed origin needs no token, and is kept for two hours', async () => {
    const answer = await ask(sessions(), 'OPTIONS', { origin: `http://127.0.0.1:${port}`, ...preflight });
    expect([answer.status, answer.headers.vary]).toEqual([204, expect.stringMatching(/origin/i)]);
    expect(cors(answer)).toMatchObject({
      'access-control-allow-origin': `http://127.0.0.1:${port}`,
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '7200',
      'access-control-allow-headers': expect.stringContaining('authorization'),
    });
  });

  it('a problem can be read there, too', async () => {
    const answer = await ask('/v1/me', 'GET', { origin: `http://127.0.0.1:${port}` });
    expect([answer.status, cors(answer)['access-control-allow-origin']]).toEqual([401, `http://127.0.0.1:${port}`]);
  });

  it.each([
    ['another origin', () => 'https://evil.example'],
    ['another port', () => `http://127.0.0.1:${port + 1}`],
    ['a longer name', () => `http://127.0.0.1:${port}.evil.example`],
    ['none', () => 'null'],
  ])('%s is allowed nothing', async (_, origin) => {
    expect(cors(await ask('/v1/me', 'GET', { origin: origin() }))).toEqual({});
    expect(cors(await ask(sessions(), 'OPTIONS', { origin: origin(), ...preflight }))).toEqual({});
  });

  it('a page of ours is read by no other origin, and OPTIONS that is no preflight is no method', async () => {
    const session = await admin.startConnect(organisation, 'x');
    const { pathname } = new URL(session.connect_url as string);
    const origin = `http://127.0.0.1:${port}`;
    for (const path of [pathname, '/', '/docs'])
      expect([path, cors(await ask(path, 'GET', { origin }))]).toEqual([path, {}]);
    expect((await ask('/v1/me', 'OPTIONS', { origin })).status).toBe(405);
  });
});

describe('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  const start = (page: Page): Promise<{ status: number; body: Json }> =>
    page.evaluate(
      async ([url, token]) => {
        const answer = await fetch(url!, {
          method: 'POST',
          credentials: 'include',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ provider: 'x' }),
        });
        return { status: answer.status, body: await answer.json() };
      },
      [`${fixture.origin}${organisation.path}/connect-sessions`, admin.api.token],
    );

  it('another origin of the same site connects from the first call to the result', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    const { status, body } = await start(page);
    expect(status).toBe(201);
    await page.goto(body.connect_url as string);
    await Promise.all([page.waitForURL(`${fixture.sandbox.origin}/**`), page.click('main button[type=submit]')]);
    await Promise.all([page.waitForURL(`${fixture.origin}/connected/**`), page.click('button[value=allow]')]);
    const session = await admin.settled(organisation, body.id as string);
    expect([session.state, session.outcome]).toEqual(['completed', 'connected']);
    await page.close();
  });

  it('another site is told that no browser keeps the cookie there, before anything is started', async () => {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${port}/`);
    const { status, body } = await start(page);
    expect([status, body.code]).toEqual([409, 'browser_keeps_no_cookie']);
    await page.close();
  });
});
