/** Usage headers, throttling, versions and unknown paths at the Meta stand-in. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADA, APP_TOKEN, Bench, type Json } from '../support.js';

let bench: Bench;
let user: string;
let page: string;
beforeAll(async () => {
  bench = await Bench.open();
  user = await bench.login(ADA.id);
  page = (await bench.pageTokens(user))[ADA.blueDoor] ?? '';
});
afterAll(() => bench.close());

describe('usage headers', () => {
  it('are keyed by the business object, by kind', async () => {
    const onPage = await bench.get(`/${ADA.blueDoor}/published_posts`, page, { limit: '1' });
    const pages: Json = JSON.parse(onPage.headers.get('x-business-use-case-usage') ?? '{}');
    expect(pages[ADA.blueDoor][0]).toEqual({
      type: 'pages',
      call_count: expect.any(Number),
      total_cputime: expect.any(Number),
      total_time: expect.any(Number),
      estimated_time_to_regain_access: 0,
    });
    const onGram = await bench.get(`/${ADA.blueDoorGram}/media`, page, { limit: '1' });
    const gram: Json = JSON.parse(onGram.headers.get('x-business-use-case-usage') ?? '{}');
    expect(gram[ADA.blueDoorGram][0].type).toBe('instagram');
  });

  it('may be keyed by an id that the call did not name', async () => {
    const held = await bench.connected();
    await bench.turn('usage_header_id', 'business', held.id);
    const { headers } = await bench.get(`/${held.page}/published_posts`, held.pageToken);
    const usage: Json = JSON.parse(headers.get('x-business-use-case-usage') ?? '{}');
    expect(Object.keys(usage)).toEqual([expect.stringMatching(/^103/)]);
  });

  it('show what was configured, and x-page-usage by a switch', async () => {
    const person = await bench.person();
    await bench.configure(person.id, { business_usage: 97, app_usage: 28 });
    await bench.turn('page_usage_header', 'on', person.id);
    const token = await bench.login(person.id);
    const me = await bench.get('/me', token);
    expect(JSON.parse(me.headers.get('x-app-usage') ?? '{}').call_count).toBe(28);
    const [id, pageToken] = Object.entries(await bench.pageTokens(token))[0] ?? [];
    const posts = await bench.get(`/${id}/published_posts`, pageToken);
    expect(JSON.parse(posts.headers.get('x-business-use-case-usage') ?? '{}')[id ?? ''][0].call_count).toBe(97);
    expect(JSON.parse(posts.headers.get('x-page-usage') ?? '{}').call_count).toBe(97);
  });
});

it('calls are forgotten when a snapshot comes back', async () => {
  const own = await Bench.open();
  const held = await own.connected();
  await own.control('POST', '/snapshots', { name: 'calls' });
  const shown = async (): Promise<number> => {
    const { headers } = await own.get(`/${held.page}/published_posts`, held.pageToken, { limit: '1' });
    return JSON.parse(headers.get('x-business-use-case-usage') ?? '{}')[held.page][0].call_count;
  };
  for (let calls = 0; calls < 60; calls += 1) await shown();
  expect(await shown()).toBe(1);
  await own.control('POST', '/snapshots/calls/restore', {});
  expect(await shown()).toBe(0);
  await own.close();
});

describe('throttling', () => {
  it.each([
    [4, 'me', 'user'],
    [17, 'me', 'user'],
    [32, 'page', 'user'],
    [80001, 'page', 'page'],
    [80002, 'gram', 'page'],
    [613, 'page', 'page'],
  ])('%i refuses its bucket, prolongs itself, and ends by the clock', async (code, what, whose) => {
    const person = await bench.person({ pages: [{ instagram: true }] });
    const own = await bench.login(person.id);
    const id = person.pages[0]?.id ?? '';
    const token = whose === 'page' ? (await bench.pageTokens(own))[id] : own;
    const path = { me: '/me', page: `/${id}`, gram: `/${person.pages[0]?.instagram_id}/media` }[what] ?? '';
    await bench.event('throttled', { code, subject: person.id, minutes: 5 });
    const refused = await bench.get(path, token);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({ code, is_transient: true });
    await bench.advance(person.id, '5m');
    expect((await bench.get(path, token)).body.error.code).toBe(code);
    await bench.advance(person.id, '3m');
    expect((await bench.get(path, token)).status).toBe(200);
  });

  it('leaves other buckets alone and names the minutes to wait', async () => {
    const person = await bench.person({ pages: [{ instagram: true }] });
    const own = await bench.login(person.id);
    const id = person.pages[0]?.id ?? '';
    const token = (await bench.pageTokens(own))[id];
    await bench.event('throttled', { code: 80001, subject: id, minutes: 30 });
    const refused = await bench.get(`/${id}/published_posts`, token);
    const [usage] = JSON.parse(refused.headers.get('x-business-use-case-usage') ?? '{}')[id];
    expect(usage).toMatchObject({ call_count: 100, estimated_time_to_regain_access: expect.any(Number) });
    expect(usage.estimated_time_to_regain_access).toBeGreaterThanOrEqual(30);
    expect((await bench.get(`/${person.pages[0]?.instagram_id}/media`, token)).status).toBe(200);
    expect((await bench.get('/me', own)).status).toBe(200);
    await bench.event('unthrottled', { subject: id });
    expect((await bench.get(`/${id}/published_posts`, token)).status).toBe(200);
  });

  it("of a Page or account goes by its people's clock", async () => {
    const held = await bench.connected();
    await bench.advance(held.id, '2d');
    for (const [code, subject] of [
      [80001, held.page],
      [80002, held.gram],
    ] as const) {
      const read = (): Promise<Json> =>
        bench.get(`/${subject}/${code === 80001 ? 'published_posts' : 'media'}`, held.pageToken);
      await bench.event('throttled', { code, subject, minutes: 5 });
      expect((await read()).body.error?.code).toBe(code);
      await bench.advance(held.id, '7m');
      expect((await read()).status).toBe(200);
      await bench.event('throttled', { code, subject, person: ADA.id, minutes: 5 });
      expect((await read()).status).toBe(200);
    }
  });

  it('has the status of the switch, and presets for fault rules', async () => {
    const person = await bench.person();
    const token = await bench.login(person.id);
    await bench.turn('throttle_status', '403', person.id);
    await bench.event('throttled', { code: 17, subject: person.id });
    expect((await bench.get('/me', token)).status).toBe(403);
    const other = await bench.person();
    const theirs = await bench.login(other.id);
    await bench.control('POST', '/faults', {
      effect: 'preset',
      preset: 'throttled_user',
      person: other.id,
      path: '/v:version/:id',
    });
    expect((await bench.get('/me', theirs)).body.error.code).toBe(17);
    expect((await bench.get('/me', theirs)).status).toBe(200);
  });
});

describe('versions and paths', () => {
  it.each([
    ['v27.0', 'v27.0'],
    ['v26.0', 'v26.0'],
    ['v25.0', 'v25.0'],
    ['v20.0', 'v25.0'],
    ['v3.1', 'v25.0'],
  ])('%s is served as %s', async (asked, served) => {
    const response = await fetch(`${bench.origin}/${asked}/me`, { headers: { authorization: `Bearer ${user}` } });
    expect(response.status).toBe(200);
    expect(response.headers.get('facebook-api-version')).toBe(served);
  });

  it('serves unversioned paths by the pinned version, and no version that is not out yet', async () => {
    const pinned = await fetch(`${bench.origin}/me`, { headers: { authorization: `Bearer ${user}` } });
    expect(pinned.headers.get('facebook-api-version')).toBe('v27.0');
    const future = await fetch(`${bench.origin}/v28.0/me`, { headers: { authorization: `Bearer ${user}` } });
    expect(((await future.json()) as Json).error.code).toBe(2500);
  });

  it.each([
    ['GET', '/me/flavours', { code: 100, message: expect.stringContaining('nonexisting field (flavours)') }],
    ['GET', '/102000000009999', { code: 100, error_subcode: 33, type: 'GraphMethodException' }],
    ['GET', '/no-such-alias', { code: 803 }],
    ['GET', '/me/accounts/1/2', { code: 2500, message: expect.stringContaining('Unknown path components') }],
    ['POST', '/me/accounts', { code: 100, error_subcode: 33 }],
    ['DELETE', `/${ADA.blueDoor}`, { code: 100, error_subcode: 33 }],
  ])('%s %s is refused as Graph refuses it', async (method, path, error) => {
    const answer = await bench.graph(method, path, user);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ ...error, fbtrace_id: expect.stringMatching(/^A/) });
  });

  it('hides other people, their Pages and accounts', async () => {
    const other = await bench.person({ pages: [{ instagram: true }] });
    for (const id of [other.id, other.pages[0]?.id, other.pages[0]?.instagram_id]) {
      expect((await bench.get(`/${id}`, user)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
    }
    expect((await bench.get(`/${ADA.harbour}`, page)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
    expect((await bench.get('/me', APP_TOKEN)).status).toBe(400);
  });

  it.each([
    ['ignore', 200],
    ['refuse', 400],
  ])('unknown parameters: %s', async (value, status) => {
    await bench.turn('unknown_params', value);
    expect((await bench.get('/me', user, { colour: 'blue' })).status).toBe(status);
    expect((await bench.get('/me', user, { fields: 'id' })).status).toBe(200);
    await bench.turn('unknown_params', null);
  });

  it('answers a body that is no JSON with 400', async () => {
    const response = await fetch(`${bench.origin}/v26.0/me`, {
      method: 'POST',
      headers: { authorization: `Bearer ${user}`, 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Json).error.code).toBe(100);
  });
});
