/** The switches and numbers of the Meta stand-in that no other test turns, and that the README names them all. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { numberNames } from '../../../src/meta/contract/switches.js';
import { APP, Bench, type Json } from '../support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

describe('switches', () => {
  it.each([
    ['empty', { data: [] }],
    ['error', { error: expect.objectContaining({ code: 200 }) }],
  ])('accounts_without_show_list: %s', async (value, body) => {
    const person = await bench.person();
    await bench.turn('accounts_without_show_list', value, person.id);
    const token = await bench.login(person.id, { untick: ['pages_show_list'] });
    expect((await bench.get('/me/accounts', token)).body).toEqual(body);
  });

  it.each([
    ['refuse', 400],
    ['ignore', 200],
  ])('legacy_globals: %s', async (value, status) => {
    const held = await bench.connected();
    await bench.turn('legacy_globals', value);
    for (const name of ['method', 'ids', 'format', 'callback', 'suppress_http_code']) {
      expect([name, (await bench.get('/me', held.user, { [name]: 'x' })).status]).toEqual([name, status]);
    }
    await bench.turn('legacy_globals', null);
    // These two v26.0 ignores for good.
    expect((await bench.get('/me', held.user, { pretty: '1', debug: 'all' })).status).toBe(200);
  });

  it.each([
    ['400', 400],
    ['403', 403],
  ])('permission_status: %s', async (value, status) => {
    const person = await bench.person({ pages: [{ instagram: true }] });
    await bench.turn('permission_status', value, person.id);
    const token = await bench.login(person.id, { untick: ['instagram_manage_insights'] });
    const refused = await bench.get(`/${person.pages[0]?.instagram_id}/insights`, token, { metric: 'reach' });
    expect([refused.status, refused.body.error.code]).toEqual([status, 10]);
  });

  it.each([
    ['seconds', 'There cannot be more than 30 days (2592000 s) between since and until'],
    ['plain', 'The time range is too large'],
  ])('insights_range_error: %s', async (value, words) => {
    const held = await bench.connected();
    await bench.turn('insights_range_error', value);
    const range = { metric: 'reach', since: '2026-09-01', until: '2026-11-01' };
    const { status, body } = await bench.get(`/${held.gram}/insights`, held.pageToken, range);
    expect([status, body.error.code, body.error.message]).toEqual([400, 100, expect.stringContaining(words)]);
    await bench.turn('insights_range_error', null);
  });

  it.each([
    ['none', 0],
    // Forty calls with two expansions each are 120 of the 4,800 an hour has.
    ['one_each', 2],
  ])('expansion_cost: %s', async (value, percent) => {
    const held = await bench.connected();
    await bench.turn('expansion_cost', value, held.id);
    const fields = 'id,published_posts.limit(1){id,attachments{type}}';
    let last = await bench.get(`/${held.page}`, held.pageToken, { fields });
    for (let calls = 1; calls < 40; calls += 1) last = await bench.get(`/${held.page}`, held.pageToken, { fields });
    const [[entry]] = Object.values(JSON.parse(last.headers.get('x-business-use-case-usage')!)) as [[Json]];
    expect(entry.call_count).toBe(percent);
  });

  it.each([
    ['off', false],
    ['on', true],
  ])('no_insights: %s', async (value, empty) => {
    const held = await bench.connected();
    await bench.turn('no_insights', value, held.id);
    const page = await bench.get(`/${held.page}/insights`, held.pageToken, { metric: 'page_follows' });
    const gram = await bench.get(`/${held.gram}/insights`, held.pageToken, { metric: 'reach' });
    expect([page, gram].map((answer) => answer.body.data.length === 0)).toEqual([empty, empty]);
  });

  it('are refused by value and by name', async () => {
    await expect(bench.turn('login', 'sometimes')).rejects.toThrow(/classic, business/);
    await expect(bench.turn('weather', 'fine')).rejects.toThrow('404');
  });
});

describe('numbers', () => {
  it('hold for one person by the event configure, and for everybody by the app', async () => {
    const person = await bench.person();
    const other = await bench.person();
    const lifeOf = async (id: string): Promise<number> =>
      (await bench.redeem((await bench.consent(id)).searchParams.get('code') ?? '')).body.expires_in;
    await bench.configure(person.id, { short_token_seconds: 60 });
    expect([await lifeOf(person.id), await lifeOf(other.id)]).toEqual([60, 5400]);
    const app = { platform: 'meta', client_id: APP.id, client_secret: APP.secret };
    await bench.control('POST', '/apps', { ...app, settings: { short_token_seconds: 7200 } });
    expect([await lifeOf(person.id), await lifeOf(other.id)]).toEqual([60, 7200]);
    await bench.configure(person.id, { short_token_seconds: null });
    expect(await lifeOf(person.id)).toBe(7200);
  });

  it.each([
    ['accounts_max_limit', '/me/accounts'],
    ['instagram_media_max_limit', 'media'],
  ])('%s refuses a higher limit', async (name, path) => {
    const held = await bench.connected();
    await bench.configure(held.id, { [name]: 10 });
    const at = path === 'media' ? `/${held.gram}/media` : path;
    expect((await bench.get(at, held.user, { limit: '10' })).status).toBe(200);
    expect((await bench.get(at, held.user, { limit: '11' })).body.error.code).toBe(100);
  });
});

const readReadme = (): string =>
  readFileSync(join(import.meta.dirname, '../../../src/meta/README.md'), 'utf8').replaceAll(/ +/g, ' ');

it('the README names tests that are there', () => {
  const rows = readReadme().split('row by row')[1] ?? '';
  const named = [...rows.matchAll(/([a-z-]+)\.spec((?::? ?,? ?"[^"]+")*)/g)];
  expect(named.length).toBeGreaterThan(30);
  const missing = named.flatMap(([, file, titles = '']) => {
    const [path = `${file}.spec.ts is not there`] = globSync(join(import.meta.dirname, `../*/${file}.spec.ts`));
    const source = readFileSync(path, 'utf8');
    return [...titles.matchAll(/"([^"…]{1,18})/g)]
      .map(([, title]) => title ?? '')
      .filter((title) => !source.includes(title));
  });
  expect(missing).toEqual([]);
});

it('the README names every switch with its values, every number, event and preset', async () => {
  const readme = readReadme();
  const { data } = await bench.control('GET', '/switches');
  const ours: Json[] = data.filter((entry: Json) => entry.key.startsWith('meta.'));
  expect(ours.length).toBeGreaterThan(30);
  const missing = ours.filter(({ key, values }) => !readme.includes(`| \`${key}\` | ${values.join(', ')} |`));
  expect(missing.map(({ key, values, about }) => `| \`${key}\` | ${values.join(', ')} | ${about} |`)).toEqual([]);
  const platform = bench.sandbox.world.platforms.get('meta');
  const names = [...numberNames(), ...Object.keys(platform?.events ?? {}), ...Object.keys(platform?.presets ?? {})];
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
