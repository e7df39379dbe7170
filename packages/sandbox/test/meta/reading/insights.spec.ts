/** Insights of posts and Pages at the Meta stand-in. */
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

describe('post insights', () => {
  let post: string;
  beforeAll(async () => {
    post = (await bench.get(`/${ADA.blueDoor}/published_posts`, page, { limit: '1' })).body.data[0].id;
  });

  it.each(['post_impressions', 'post_impressions_unique', 'post_engaged_users', 'post_video_views_unique', 'nonsense'])(
    'one dead or unknown name (%s) fails the whole call and is not named',
    async (name) => {
      const answer = await bench.get(`/${post}/insights`, page, { metric: `post_media_view,${name}` });
      expect(answer.status).toBe(400);
      expect(answer.body.error).toMatchObject({
        message: '(#100) The value must be a valid insights metric',
        type: 'OAuthException',
        code: 100,
      });
      const nested = await bench.get(`/${ADA.blueDoor}/published_posts`, page, {
        fields: `id,insights.metric(${name})`,
      });
      expect(nested.body.error.code).toBe(100);
    },
  );

  it('take lists as JSON too, as the official SDK sends them', async () => {
    const { body } = await bench.get(`/${post}/insights`, page, { metric: '["post_clicks","post_media_view"]' });
    expect(body.data.map((row: Json) => row.name)).toEqual(['post_clicks', 'post_media_view']);
    const fields = '["id","insights.metric(post_clicks)"]';
    expect((await bench.get(`/${post}`, page, { fields })).body.insights.data).toHaveLength(1);
  });

  it.each(['is_from_ads', 'is_from_followers'])('split views by %s', async (breakdown) => {
    const [whole] = (await bench.get(`/${post}/insights`, page, { metric: 'post_media_view' })).body.data;
    const asked = { metric: 'post_media_view,post_clicks', breakdown };
    const [views, clicks] = (await bench.get(`/${post}/insights`, page, asked)).body.data;
    expect(views.values.map((value: Json) => value[breakdown])).toEqual(['0', '1']);
    expect(views.values[0].value + views.values[1].value).toBe(whole.values[0].value);
    expect(clicks.values).toEqual([{ value: expect.any(Number) }]);
    const daily = { metric: 'page_media_view', breakdown, since: '2026-11-01', until: '2026-11-02' };
    const [day] = (await bench.get(`/${ADA.blueDoor}/insights`, page, daily)).body.data;
    expect(day.values).toEqual(
      ['0', '1'].map((side) => ({
        value: expect.any(Number),
        end_time: '2026-11-01T08:00:00+0000',
        [breakdown]: side,
      })),
    );
    const wrong = await bench.get(`/${post}/insights`, page, { metric: 'post_media_view', breakdown: 'colour' });
    expect(wrong.body.error.code).toBe(100);
  });

  it('want a metric', async () => {
    expect((await bench.get(`/${post}/insights`, page)).body.error).toMatchObject({
      code: 3001,
      error_subcode: 1504028,
    });
  });

  it('want read_insights', async () => {
    const person = await bench.person();
    const token = Object.values(await bench.pageTokens(await bench.login(person.id, { untick: ['read_insights'] })))[0];
    const refused = await bench.get(`/${person.pages[0]?.id}/insights`, token, { metric: 'page_follows' });
    expect(refused.body.error).toMatchObject({ code: 200 });
  });

  it('want the task ANALYZE, and reading the feed another', async () => {
    const person = await bench.person({ pages: [{ tasks: ['MESSAGING'] }] });
    const token = Object.values(await bench.pageTokens(await bench.login(person.id)))[0];
    const id = person.pages[0]?.id;
    expect((await bench.get(`/${id}/insights`, token, { metric: 'page_follows' })).body.error.message).toContain(
      'ANALYZE',
    );
    expect((await bench.get(`/${id}/published_posts`, token)).body.error.code).toBe(200);
  });
});

describe('Page insights', () => {
  it('come by day, closed at Pacific midnight', async () => {
    const { body } = await bench.get(`/${ADA.blueDoor}/insights`, page, {
      metric: 'page_media_view,page_daily_follows',
      period: 'day',
      since: '2026-11-01',
      until: '2026-11-04',
    });
    expect(body.data).toHaveLength(2);
    expect(body.data[0]).toMatchObject({
      name: 'page_media_view',
      period: 'day',
      id: `${ADA.blueDoor}/insights/page_media_view/day`,
    });
    expect(body.data[0].values.map((value: Json) => value.end_time)).toEqual([
      '2026-11-01T08:00:00+0000',
      '2026-11-02T08:00:00+0000',
      '2026-11-03T08:00:00+0000',
    ]);
  });

  it.each([
    ['a dead metric', { metric: 'page_impressions' }, 100],
    ['more than 90 days', { metric: 'page_follows', since: '2026-01-01', until: '2026-05-01' }, 100],
    ['an unknown period', { metric: 'page_follows', period: 'month' }, 100],
    ['no metric', {}, 3001],
  ])('refuse %s', async (_, params, code) => {
    expect((await bench.get(`/${ADA.blueDoor}/insights`, page, params as Record<string, string>)).body.error.code).toBe(
      code,
    );
  });

  it('are empty, without error, for a small Page', async () => {
    const person = await bench.person({ pages: [{ followers: 60 }] });
    const token = Object.values(await bench.pageTokens(await bench.login(person.id)))[0];
    expect((await bench.get(`/${person.pages[0]?.id}/insights`, token, { metric: 'page_follows' })).body).toEqual({
      data: [],
    });
  });
});
