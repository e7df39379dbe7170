// Answers of a broken or hostile token endpoint: none costs the connection, spoils the row, fills the memory or becomes a 500.
import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { REFRESH, type Link } from '../support/link.js';
import { residentBytes } from '../support/memory.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { itLong, tally } from '../support/tally.js';

const fixture = useFaultFixture({ about: 'refresh, hostile answers', processes: 2 });

const html = { 'content-type': 'text/html' };
const pair = (more: object): object => ({ token_type: 'bearer', expires_in: 7200, access_token: 'a', ...more });
const status = (code: number, body: unknown, headers = {}) => ({ effect: 'status', status: code, body, headers });

/** Nothing was rotated by any of these: the very next call succeeds. */
const ANSWERS: [name: string, rule: Record<string, unknown>][] = [
  ['500 without a word', status(500, '')],
  ['502 of an edge, in HTML', { effect: 'preset', preset: 'bad_gateway_html' }],
  ['503 with Retry-After and no word of the endpoint', status(503, 'busy', { 'retry-after': '86400', ...html })],
  ['503 with an OAuth error', status(503, { error: 'temporarily_unavailable' }, { 'retry-after': '1' })],
  ['429 of an edge', status(429, 'slow down', html)],
  ['429 with an OAuth error', status(429, { error: 'slow_down' }, { 'retry-after': 'yesterday' })],
  ['408', status(408, '')],
  ['400 of an unknown kind', status(400, { error: 'invalid_request', error_description: 'Missing ruby.' })],
  ['200 with an empty body', status(200, '')],
  ['200 with {}', status(200, {})],
  ['200 with half of a JSON', status(200, '{"access_token":"a', { 'content-type': 'application/json' })],
  ['200 with a list', status(200, [pair({})])],
  ['200 with wrong types', status(200, pair({ access_token: 42 }))],
  ['a redirect in a circle', { effect: 'redirect' }],
  ['a redirect to the metadata service', { effect: 'redirect', location: 'http://169.254.169.254/latest/meta-data/' }],
];

/** Such an answer cannot be had again, so its token is kept. X does not know this one, and one more renewal brings a good one. */
const ODD: [name: string, rule: Record<string, unknown>][] = [
  ['200 that ends before it began', status(200, pair({ expires_in: -1 }))],
  ['200 that never ends', status(200, pair({ expires_in: 1e308 }))],
  ['200 with a number that is none', status(200, pair({ expires_in: 'NaN' }))],
  ['200 with another kind of token', status(200, pair({ token_type: 'mac' }))],
  ['200 with an error beside the token', status(200, pair({ error: 'invalid_grant' }))],
];

/** The refresh token was rotated, and the answer cannot be used: a provider with a time of grace gives it again. */
const SPOILT: [name: string, effect: string][] = [
  ['half of the answer, then nothing more', 'cut'],
  ['half of the JSON', 'malformed'],
  ['an empty answer', 'empty'],
  ['every type wrong', 'wrong_types'],
];

async function deadToken(): Promise<Link> {
  const link = await shared();
  await fixture.provider.clearFaults(link.person);
  await link.left('-1 second');
  await link.later('1 hour');
  return link;
}

/** One connection for all: earlier tests must not have hurt it. */
let one: Link | undefined;
async function shared(): Promise<Link> {
  if (one !== undefined) return one;
  one = await fixture.link();
  await fixture.provider.switch('x.refresh_reuse', 'grace', one.person);
  return one;
}

it.each(ANSWERS)(
  'RF-07 %s: no 500, the row as it was, and the next call succeeds',
  async (name, rule) => {
    const link = await deadToken();
    const before = await link.stored();
    await fixture.provider.fault({ ...REFRESH, person: link.person, ...rule });
    const answer = await link.look(0);
    expect([409, 503]).toContain(answer.status);
    expect(await link.stored()).toEqual(before);
    expect((await link.row()).reauth_reason).toBeNull();

    await link.later();
    expect((await link.look(1)).body).toMatchObject({ health: 'healthy' });
    expect(await link.verdict()).toEqual({ reason: null, usable: true });
    tally(`RF-07 ${name}`, { tries: 1 });
  },
  60_000,
);

it.each(ODD)('RF-07 %s: its token is tried, and a renewal replaces it', async (name, rule) => {
  const link = await deadToken();
  await fixture.provider.fault({ ...REFRESH, person: link.person, ...rule });
  expect((await link.look(0)).body).toMatchObject({ health: 'healthy' });
  expect(await link.verdict()).toEqual({ reason: null, usable: true });
  tally(`RF-07 ${name}`, { tries: 1 });
});

it.each(SPOILT)(
  'RF-07 rotated, and then %s: the row as it was, and grace brings the connection back',
  async (name, effect) => {
    const link = await deadToken();
    const before = await link.stored();
    await fixture.provider.fault({ ...REFRESH, person: link.person, effect });
    expect((await link.look(0)).status).toBe(503);
    expect(await link.stored()).toEqual(before);
    await link.later();
    expect((await link.look(1)).body).toMatchObject({ health: 'healthy' });
    expect(await link.verdict()).toEqual({ reason: null, usable: true });
    tally(`RF-07 rotated, then ${name}`, { tries: 1 });
  },
  60_000,
);

it('RF-07 an answer without a refresh token keeps the one that we have', async () => {
  const link = await deadToken();
  const before = await link.stored();
  await fixture.provider.switch('x.refresh_omits_token', 'on', link.person);
  try {
    expect((await link.look(0)).body).toMatchObject({ health: 'healthy' });
    const after = await link.stored();
    expect(after.refresh).toBe(before.refresh);
    expect(after.access).not.toBe(before.access);
  } finally {
    await fixture.provider.switch('x.refresh_omits_token', null, link.person);
  }
  await link.left('-1 second');
  expect((await link.look(1)).body).toMatchObject({ health: 'healthy' });
  tally('RF-07 no refresh token in the answer', { tries: 2 });
});

describe('RF-08 bodies without end', () => {
  const ENDLESS: [name: string, rule: Record<string, unknown>][] = [
    ['headers by the byte', { effect: 'drip_headers', ms: 50 }],
    ['a body by the byte', { effect: 'drip', ms: 1_000 }],
    ['300 MB', { effect: 'huge', bytes: 300_000_000 }],
    ['300 MB in a small gzip', { effect: 'gzip_bomb', bytes: 300_000_000 }],
  ];

  itLong(
    'end within the deadline and leave the memory as it was',
    async () => {
      const links = await Promise.all(ENDLESS.map(() => fixture.link()));
      const attack = async (): Promise<number> => {
        const began = Date.now();
        await Promise.all(
          links.map(async (link, i) => {
            await fixture.provider.switch('x.refresh_reuse', 'grace', link.person);
            await link.left('-1 second');
            await fixture.provider.fault({ ...REFRESH, person: link.person, ...ENDLESS[i]![1] });
            expect((await link.look(0)).status).toBe(503);
            await link.later();
          }),
        );
        return Date.now() - began;
      };
      // What a process takes the first time it keeps: code, buffers, connections.
      await attack();
      const before = await settledMemory();
      const watch = watchMemory();
      const took = await attack();
      const peak = watch();
      for (const link of links) {
        expect((await link.look(0)).body).toMatchObject({ health: 'healthy' });
        expect(await link.verdict()).toEqual({ reason: null, usable: true });
      }
      // Ten seconds of ours, and what a busy machine adds.
      expect(took).toBeLessThan(20_000);
      expect(peak - before).toBeLessThan(20 * 1_048_576);
      tally('RF-08 bodies without end, four kinds', { tries: links.length * 2 });
    },
    120_000,
  );
});

/** Once what the process holds stays the same from one look to the next. */
function settledMemory(): Promise<number> {
  let last = 0;
  return eventually(() => {
    const [earlier, now] = [last, residentBytes(fixture.at(0))];
    last = now;
    expect(Math.abs(now - earlier)).toBeLessThan(262_144);
    return now;
  }, 250);
}

/** @returns a function that ends the watch and answers the highest that was seen */
function watchMemory(): () => number {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, residentBytes(fixture.at(0)))), 50);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
