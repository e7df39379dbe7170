/** Reading the posts of Pages at the Meta stand-in. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADA, Bench, type Json } from '../support.js';

let bench: Bench;
let user: string;
let page: string;
beforeAll(async () => {
  bench = await Bench.open();
  user = await bench.login(ADA.id);
  page = (await bench.pageTokens(user))[ADA.blueDoor] ?? '';
});
afterAll(() => bench.close());

const POST_METRICS =
  'post_media_view,post_total_media_view_unique,post_clicks,post_reactions_by_type_total,post_activity_by_action_type';
const POST_FIELDS = `id,message,created_time,permalink_url,full_picture,status_type,shares,attachments{media_type,type},insights.metric(${POST_METRICS})`;
describe('posts of a Page', () => {
  it('come newest first with their insights in one call', async () => {
    const { body } = await bench.get(`/${ADA.blueDoor}/published_posts`, page, { fields: POST_FIELDS, limit: '50' });
    expect(body.data).toHaveLength(22);
    const times = body.data.map((post: Json) => Date.parse(post.created_time));
    expect(times).toEqual(times.toSorted((a: number, b: number) => b - a));
    const [post] = body.data;
    expect(post.id).toMatch(/^102000000000001_1221\d{11}$/);
    expect(post.created_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/);
    expect(post.insights.data.map((row: Json) => row.name)).toEqual(POST_METRICS.split(','));
    expect(post.insights.data[0]).toMatchObject({
      period: 'lifetime',
      values: [{ value: expect.any(Number) }],
      id: `${post.id}/insights/post_media_view/lifetime`,
    });
    expect(post.insights.paging).toEqual({ previous: expect.any(String), next: expect.any(String) });
  });

  it('leave out message and shares where there are none', async () => {
    const posts = await bench.walk(`/${ADA.blueDoor}/published_posts`, page, {
      fields: 'message,shares,status_type',
      limit: '7',
    });
    expect(posts).toHaveLength(22);
    const shares = posts.flatMap((post) => ('shares' in post ? [post.shares.count] : []));
    expect(shares.length).toBeGreaterThan(0);
    expect(shares.length).toBeLessThan(22);
    expect(shares.every((count) => count > 0)).toBe(true);
  });

  it('take since and until, or ignore them by a switch', async () => {
    const all = await bench.walk(`/${ADA.blueDoor}/published_posts`, page, { fields: 'created_time' });
    const middle = Date.parse(all[10].created_time) / 1000;
    const newer = await bench.walk(`/${ADA.blueDoor}/published_posts`, page, {
      fields: 'created_time',
      since: String(middle),
    });
    expect(newer).toEqual(all.slice(0, 11));
    const older = await bench.walk(`/${ADA.blueDoor}/published_posts`, page, {
      fields: 'created_time',
      until: String(middle - 1),
    });
    expect(older).toEqual(all.slice(11));
    await bench.turn('published_posts_time_range', 'ignored', ADA.id);
    expect(
      await bench.walk(`/${ADA.blueDoor}/published_posts`, page, { fields: 'created_time', since: String(middle) }),
    ).toEqual(all);
    await bench.turn('published_posts_time_range', null, ADA.id);
  });

  it('grow with age, fall by an event, and vanish when deleted', async () => {
    const person = await bench.person({ pages: [{ posts: 3 }] });
    const token = Object.values(await bench.pageTokens(await bench.login(person.id)))[0] ?? '';
    const id = person.pages[0]?.id ?? '';
    const read = async (): Promise<number[]> => {
      const { body } = await bench.get(`/${id}/published_posts`, token, { fields: 'insights.metric(post_media_view)' });
      return body.data.map((post: Json) => post.insights.data[0].values[0].value);
    };
    const before = await read();
    await bench.advance(person.id, '1d');
    const after = await read();
    before.forEach((count, i) => expect(after[i]).toBeGreaterThan(count));
    const { body } = await bench.get(`/${id}/published_posts`, token, { fields: 'id' });
    await bench.event('counts_changed', { id: body.data[0].id, factor: 0.5 });
    expect((await read())[0]).toBeLessThan(after[0] ?? 0);
    await bench.event('post_deleted', { id: body.data[0].id });
    expect(await read()).toHaveLength(2);
    expect((await bench.get(`/${body.data[0].id}`, token)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  });

  it('do not carry reels, which have an edge and a post id of their own', async () => {
    const posts = await bench.walk(`/${ADA.blueDoor}/posts`, page, { fields: 'id,status_type' });
    const reels = (await bench.get(`/${ADA.blueDoor}/video_reels`, page)).body.data;
    expect(reels).toHaveLength(4);
    expect(Object.keys(reels[0]).toSorted()).toEqual(['description', 'id', 'updated_time']);
    expect(posts.some((post) => post.id.endsWith(reels[0].id))).toBe(false);
    const video = (await bench.get(`/${reels[0].id}`, page, { fields: 'post_id,views,status' })).body;
    expect(video.status.video_status).toBe('ready');
    const insights = (await bench.get(`/${video.post_id}/insights`, page, { metric: 'post_video_views' })).body;
    expect(insights.data[0].values[0].value).toBe(video.views);
    const plays = await bench.get(`/${reels[0].id}/video_insights`, page, { metric: 'blue_reels_play_count' });
    expect(plays.body.data[0].values[0].value).toBe(video.views);
    const refused = await bench.get(`/${reels[0].id}`, page, { fields: 'id,reactions' });
    expect(refused.body.error).toMatchObject({
      code: 100,
      message: expect.stringContaining('nonexisting field (reactions)'),
    });
  });

  it.each([
    ['more than 100 at once', { limit: '101' }, { code: 100 }],
    [
      'a field that does not exist',
      { fields: 'id,flavour' },
      { code: 100, message: expect.stringMatching(/^\(#100\) Tried accessing nonexisting field \(flavour\)/) },
    ],
    ['a field named twice', { fields: 'id,message,id' }, { code: 2500 }],
    ['an unclosed brace', { fields: 'id,attachments{type' }, { code: 2500 }],
    ['an unknown key of an object', { fields: 'shares{size}' }, { code: 100 }],
    ['an unknown cursor', { after: 'abc' }, { code: 100 }],
    ['date_format', { date_format: 'U' }, { code: 100 }],
    ['method=', { method: 'delete' }, { code: 100 }],
  ])('refuse %s', async (_, params, error) => {
    const answer = await bench.get(`/${ADA.blueDoor}/published_posts`, page, params);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject(error);
    expect(answer.headers.get('www-authenticate')).toMatch(/^OAuth "Facebook Platform" "invalid_request" "/);
  });

  it('refuse a user token with 210, or take it by a switch', async () => {
    const refused = await bench.get(`/${ADA.blueDoor}/published_posts`, user);
    expect(refused.body.error).toMatchObject({ code: 210 });
    await bench.turn('page_endpoints_with_user_token', 'accept', ADA.id);
    expect((await bench.get(`/${ADA.blueDoor}/published_posts`, user)).status).toBe(200);
    await bench.turn('page_endpoints_with_user_token', null, ADA.id);
  });

  it('count comments and reactions exactly only with pages_read_user_content', async () => {
    const fields = 'id,comments.limit(0).summary(total_count),reactions.limit(0).summary(total_count)';
    const { body } = await bench.get(`/${ADA.blueDoor}/published_posts`, page, { fields, limit: '1' });
    expect(body.data[0].comments.summary.total_count).toEqual(expect.any(Number));
    expect(body.data[0].reactions.data).toEqual([]);
    const person = await bench.person();
    const token = Object.values(
      await bench.pageTokens(await bench.login(person.id, { untick: ['pages_read_user_content'] })),
    )[0];
    const refused = await bench.get(`/${person.pages[0]?.id}/published_posts`, token, { fields });
    expect(refused.body.error.code).toBe(10);
  });

  it.each([
    ['LIKE', 'like'],
    ['SAD', 'sorry'],
    ['ANGRY', 'anger'],
  ])('count reactions of type %s as the insights count %s', async (type, kind) => {
    const fields = `reactions.type(${type}).limit(0).summary(total_count),insights.metric(post_reactions_by_type_total)`;
    const { body } = await bench.get(`/${ADA.blueDoor}/published_posts`, page, { fields, limit: '50' });
    const counts = body.data.map(({ reactions, insights }: Json) => [
      reactions.summary.total_count,
      insights.data[0].values[0].value[kind] ?? 0,
    ]);
    expect(counts.some(([total]: number[]) => (total ?? 0) > 0)).toBe(true);
    for (const [total, inInsights] of counts) expect(total).toBe(inInsights);
    expect(body.data[0].reactions.data).toEqual([]);
  });

  it('are not counted by a type of reaction that Meta does not have', async () => {
    const fields = 'id,reactions.type(APPLAUSE).limit(0).summary(total_count)';
    const refused = await bench.get(`/${ADA.blueDoor}/published_posts`, page, { fields });
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({
      code: 100,
      message: expect.stringMatching(/^\(#100\) Param type must be one of \{ANGRY, CARE, .*, LIKE, .*, WOW\}$/),
    });
  });

  it('ask for less data with a 500 where the switch says so', async () => {
    const person = await bench.person({ pages: [{ posts: 40 }] });
    await bench.configure(person.id, { reduce_data_above: 25 });
    const token = Object.values(await bench.pageTokens(await bench.login(person.id)))[0];
    const path = `/${person.pages[0]?.id}/published_posts`;
    const heavy = await bench.get(path, token, { fields: POST_FIELDS, limit: '50' });
    expect(heavy.status).toBe(500);
    expect(heavy.body.error).toMatchObject({
      code: 1,
      message: "Please reduce the amount of data you're asking for, then retry your request",
    });
    expect((await bench.get(path, token, { fields: POST_FIELDS, limit: '25' })).body.data).toHaveLength(25);
  });

  it('can come in empty pages that still have a next', async () => {
    const person = await bench.person({ pages: [{ posts: 5 }] });
    const token = Object.values(await bench.pageTokens(await bench.login(person.id)))[0] ?? '';
    await bench.turn('empty_pages', 'on', person.id);
    const path = `/${person.pages[0]?.id}/published_posts`;
    const first = (await bench.get(path, token, { limit: '2' })).body;
    expect(first.data).toEqual([]);
    expect(first.paging.next).toBeDefined();
    expect(await bench.walk(path, token, { limit: '2' })).toHaveLength(5);
  });
});
