/** The Meta stand-in's world: its people, what outlasts a restart, and lists that never end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as cheerio from 'cheerio';
import { ADA, Bench, BRUNO, type Json } from '../support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

describe('people', () => {
  it('are seeded: one with three Pages and about eighty posts, one with 130 Pages', async () => {
    const ada = await bench.control('GET', `/people/${ADA.id}`);
    expect(ada.pages.map((page: Json) => page.name)).toEqual(['Blue Door Café', 'Harbour Books', 'North Yard Theatre']);
    const posts = ada.pages.reduce((sum: number, page: Json) => sum + page.posts + page.reels + (page.media ?? 0), 0);
    expect(posts).toBe(80);
    expect((await bench.control('GET', `/people/${BRUNO.id}`)).pages).toHaveLength(130);
  });

  it('are made to order, in any number', async () => {
    const many = await bench.person({ name: 'Many', page_count: 260 });
    expect(many).toMatchObject({ id: expect.stringMatching(/^122\d{12}$/), name: 'Many' });
    expect(many.pages).toHaveLength(260);
    const one = await bench.person({ pages: [{ name: 'Mine', tasks: ['ANALYZE'], instagram: { username: 'mine' } }] });
    expect(one.pages[0]).toMatchObject({ name: 'Mine', tasks: ['ANALYZE'], instagram_username: 'mine' });
  });

  it('show what they gave to which app, also once revoked', async () => {
    const held = await bench.connected();
    const grants = async (): Promise<Json[]> => (await bench.control('GET', `/people/${held.id}`)).grants;
    expect(await grants()).toMatchObject([
      {
        app: '900100200300400',
        state: 'living',
        pages: [held.page],
        instagrams: [held.gram],
        permissions: { pages_show_list: 'granted' },
      },
    ]);
    await bench.delete('/me/permissions', held.user);
    expect(await grants()).toMatchObject([{ state: 'revoked' }]);
  });

  it('can share a Page: each has an own grant, and a role lost by one is kept by the other', async () => {
    const first = await bench.connected();
    const second = await bench.person({ pages: [{ id: first.page, tasks: ['ANALYZE', 'MODERATE'] }] });
    const token = (await bench.pageTokens(await bench.login(second.id)))[first.page];
    await bench.event('role_dropped', { person: first.id, page: first.page });
    expect((await bench.get(`/${first.page}/published_posts`, first.pageToken)).body.error.error_subcode).toBe(492);
    expect((await bench.get(`/${first.page}/published_posts`, token)).status).toBe(200);
  });

  it.each([
    ['an unknown key', { pages: [{ colour: 'blue' }] }],
    ['an unknown Page', { pages: [{ id: '102000000099999' }] }],
    ['too many Pages', { page_count: 2001 }],
  ])('are refused with %s', async (_, body) => {
    await expect(bench.person(body)).rejects.toThrow(/40[0-9]|422/);
  });

  it('cost nothing by their posts: a million are listed, found by id and by time', async () => {
    const held = await bench.connected({ posts: 1_000_000 });
    const path = `/${held.page}/published_posts`;
    const [newest] = (await bench.get(path, held.pageToken, { fields: 'id,created_time', limit: '1' })).body.data;
    expect(newest.id).toBe(`${held.page}_122100001000000`);
    const started = performance.now();
    const until = String(Math.floor(Date.parse(newest.created_time) / 1000) - 500 * 86_400);
    const [old] = (await bench.get(path, held.pageToken, { fields: 'id,created_time', limit: '1', until })).body.data;
    expect(performance.now() - started).toBeLessThan(500);
    expect(Math.abs(Date.parse(old.created_time) / 1000 - Number(until))).toBeLessThan(3600);
    expect((await bench.get(`/${old.id}`, held.pageToken, { fields: 'created_time' })).body.created_time).toBe(
      old.created_time,
    );
  });
});

describe('events', () => {
  it('are refused with the list of those that exist', async () => {
    await expect(bench.event('meteor', {})).rejects.toThrow(/password_changed/);
    await expect(bench.event('password_changed', { person: '1' })).rejects.toThrow('404');
    await expect(bench.configure(ADA.id, { speed: 1 })).rejects.toThrow(/short_token_seconds/);
  });

  it('link, unlink and rename', async () => {
    const held = await bench.connected();
    await bench.event('instagram_unlinked', { page: held.page });
    await bench.event('page_renamed', { page: held.page, name: 'Renamed' });
    const [row] = (await bench.get('/me/accounts', held.user, { fields: 'id,name,instagram_business_account' })).body
      .data;
    expect(row).toEqual({ id: held.page, name: 'Renamed' });
    expect((await bench.get(`/${held.gram}/media`, held.pageToken)).body.error.error_subcode).toBe(33);
    await bench.event('instagram_linked', { page: held.page, instagram: { username: 'fresh' } });
    expect((await bench.control('GET', `/people/${held.id}`)).pages[0].instagram_username).toBe('fresh');
  });
});

describe('things made by hand', () => {
  it('a post appears, and no app may edit it', async () => {
    const held = await bench.connected();
    const { id } = await bench.event('post_made', { page: held.page, message: 'By hand' });
    const [first] = (
      await bench.get(`/${held.page}/published_posts`, held.pageToken, { fields: 'id,message', limit: '1' })
    ).body.data;
    expect(first).toEqual({ id, message: 'By hand' });
    expect((await bench.post(`/${id}`, held.pageToken, { message: 'Mine' })).body.error.code).toBe(200);
  });

  it('a picture appears, counts as media and not for the quota', async () => {
    const held = await bench.connected({ instagram: { media: 3 } });
    const { id } = await bench.event('media_made', { instagram: held.gram });
    const fields = 'media_count,media.limit(1){id}';
    expect((await bench.get(`/${held.gram}`, held.user, { fields })).body).toMatchObject({
      media_count: 4,
      media: { data: [{ id }] },
    });
    const limit = await bench.get(`/${held.gram}/content_publishing_limit`, held.pageToken);
    expect(limit.body.data[0].quota_usage).toBe(0);
  });

  it.each([
    ['likes_hidden', 'like_count'],
    ['copyright', 'media_url'],
  ])('media flagged %s has no %s', async (flag, field) => {
    const held = await bench.connected({ instagram: { media: 2 } });
    const read = async (): Promise<Json[]> =>
      (await bench.get(`/${held.gram}/media`, held.user, { fields: `id,${field}` })).body.data;
    const [first, second] = await read();
    expect(first).toHaveProperty(field);
    await bench.event('media_flagged', { id: first.id, flag });
    expect(await read()).toEqual([{ id: first.id }, second]);
  });
});

describe('faults', () => {
  it.each(['endless', 'repeating'])('make a cursor %s', async (mode) => {
    const held = await bench.connected({ posts: 3 });
    await bench.control('POST', '/faults', {
      effect: 'cursor',
      mode,
      person: held.id,
      path: '/v:version/:id/published_posts',
      times: 0,
    });
    const seen: string[] = [];
    let after: string | undefined;
    for (let turn = 0; turn < 6; turn += 1) {
      const { body } = await bench.get(`/${held.page}/published_posts`, held.pageToken, {
        limit: '2',
        ...(after === undefined ? {} : { after }),
      });
      expect(body.paging.next).toBeDefined();
      after = body.paging.cursors.after;
      seen.push(after ?? '');
    }
    expect(new Set(seen).size).toBe(mode === 'endless' ? 6 : 1);
  });

  it('can let a publication happen and lose its answer', async () => {
    const held = await bench.connected({ posts: 0 });
    await bench.control('POST', '/faults', {
      effect: 'reset_after',
      person: held.id,
      method: 'POST',
      path: '/v:version/:id/feed',
    });
    await expect(bench.post(`/${held.page}/feed`, held.pageToken, { message: 'Lost?' })).rejects.toThrow();
    expect((await bench.get(`/${held.page}/published_posts`, held.pageToken)).body.data).toHaveLength(1);
  });
});

it('goes back to a snapshot: people, grants, roles, marks, throttles and what clients made', async () => {
  const held = await bench.connected({ posts: 2 });
  await bench.control('POST', '/snapshots', { name: 'meta' });
  const later = await bench.connected();
  const [first] = (await bench.get(`/${held.page}/published_posts`, held.pageToken)).body.data;
  await bench.event('post_deleted', { post: first.id });
  await bench.post(`/${held.page}/feed`, held.pageToken, { message: 'Lost' });
  await bench.event('role_dropped', { person: held.id });
  await bench.event('throttled', { person: held.id });
  await bench.event('grant_revoked', { person: held.id });
  expect((await bench.get('/me', held.user)).status).toBe(400);
  await bench.control('POST', '/snapshots/meta/restore', {});
  const posts = (await bench.get(`/${held.page}/published_posts`, held.pageToken)).body.data;
  expect(posts).toHaveLength(2);
  expect(posts[0].id).toBe(first.id);
  expect((await bench.get('/me', later.user)).body.error.code).toBe(190);
});

it("the sandbox's page shows grants and posts, with buttons that are events", async () => {
  const held = await bench.connected();
  const page = cheerio.load(await (await fetch(`${bench.origin}/?person=${held.id}`)).text());
  const events = page('input[name=event]')
    .toArray()
    .map((input) => page(input).attr('value') ?? '');
  expect(events).toEqual(expect.arrayContaining(['grant_revoked', 'password_changed', 'role_dropped', 'post_deleted']));
  expect(page.text()).toContain('living');
  for (const event of new Set(events)) {
    const form = page(`input[name=event][value=${event}]`).first().closest('form');
    const body = new URLSearchParams(form.serializeArray().map(({ name, value }): [string, string] => [name, value]));
    const answer = await fetch(`${bench.origin}/`, { method: 'POST', body, redirect: 'manual' });
    const said = new URL(answer.headers.get('location') ?? '', bench.origin).searchParams.get('said') ?? '';
    // The grant and the post are gone by the first buttons, so later ones may find none; none may fail to be understood.
    expect(said).toMatch(new RegExp(`^(${event}: \\{|no living grant|no object)`));
  }
});

it('outlasts a restart: seeded posts, grants, tokens and what clients made are the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const data = join(folder, 'world.sqlite');
  const before = await Bench.open({ data });
  const token = (await before.pageTokens(await before.login(ADA.id)))[ADA.blueDoor] ?? '';
  await before.post(`/${ADA.blueDoor}/feed`, token, { message: 'Still here' });
  const read = async (open: Bench): Promise<Json[]> =>
    (await open.get(`/${ADA.blueDoor}/published_posts`, token, { fields: 'id,message,created_time' })).body.data;
  const posts = await read(before);
  await before.event('post_deleted', { id: posts[3].id });
  await before.close();
  const after = await Bench.open({ data });
  expect(await read(after)).toEqual(posts.filter((_, index) => index !== 3));
  expect(
    (await after.control('GET', '/people?platform=meta')).data.filter((person: Json) => person.id === ADA.id),
  ).toHaveLength(1);
  await after.close();
  rmSync(folder, { recursive: true });
});
