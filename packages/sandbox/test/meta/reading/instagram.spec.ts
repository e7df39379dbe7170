/** Reading Instagram media and insights at the Meta stand-in. */
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

const MEDIA_FIELDS =
  'id,caption,media_type,media_product_type,permalink,thumbnail_url,media_url,timestamp,like_count,comments_count,shares_count,saved_count';
const SHARED_METRICS = 'reach,views,likes,comments,saved,shares,total_interactions';

describe('Instagram media', () => {
  it('lists with counts, by user token and by Page token alike', async () => {
    const byPage = await bench.get(`/${ADA.blueDoorGram}/media`, page, { fields: MEDIA_FIELDS, limit: '50' });
    expect(byPage.body.data).toHaveLength(20);
    const kinds = new Set(byPage.body.data.map((media: Json) => `${media.media_type}/${media.media_product_type}`));
    expect(kinds).toEqual(new Set(['IMAGE/FEED', 'CAROUSEL_ALBUM/FEED', 'VIDEO/REELS']));
    expect(byPage.body.data[0]).toMatchObject({
      id: expect.stringMatching(/^180\d{14}$/),
      timestamp: expect.stringMatching(/\+0000$/),
      like_count: expect.any(Number),
      saved_count: expect.any(Number),
    });
    const byUser = await bench.get(`/${ADA.blueDoorGram}/media`, user, { fields: 'id', limit: '50' });
    expect(byUser.body.data.map((media: Json) => media.id)).toEqual(byPage.body.data.map((media: Json) => media.id));
  });

  it('gives the common metrics of feed and reels inline', async () => {
    const fields = `id,insights.metric(${SHARED_METRICS})`;
    const { body } = await bench.get(`/${ADA.blueDoorGram}/media`, page, { fields, limit: '50' });
    expect(body.data.every((media: Json) => media.insights.data.length === 7)).toBe(true);
  });

  it('refuses a metric that does not fit the product, by name, and fails the whole page with it', async () => {
    const media = (
      await bench.get(`/${ADA.blueDoorGram}/media`, page, { fields: 'id,media_product_type', limit: '50' })
    ).body.data;
    const reel = media.find((item: Json) => item.media_product_type === 'REELS').id;
    const feed = media.find((item: Json) => item.media_product_type === 'FEED').id;
    const refused = await bench.get(`/${reel}/insights`, page, { metric: 'reach,profile_visits,follows' });
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({
      code: 100,
      type: 'IGApiException',
      message:
        '(#100) The Media Insights API does not support the profile_visits, follows metric for this media product type.',
    });
    expect((await bench.get(`/${feed}/insights`, page, { metric: 'reach,profile_visits,follows' })).status).toBe(200);
    expect((await bench.get(`/${feed}/insights`, page, { metric: 'reels_skip_rate' })).body.error.code).toBe(100);
    const nested = await bench.get(`/${ADA.blueDoorGram}/media`, page, { fields: 'id,insights.metric(follows)' });
    expect(nested.body.error.code).toBe(100);
  });

  it.each(['plays', 'engagement', 'impressions', 'video_views'])(
    'lists the schema for the dead metric %s',
    async (name) => {
      const [media] = (await bench.get(`/${ADA.blueDoorGram}/media`, page, { fields: 'id', limit: '1' })).body.data;
      const { error } = (await bench.get(`/${media.id}/insights`, page, { metric: `reach,${name}` })).body;
      expect(error.code).toBe(100);
      expect(error.message).toMatch(/^\(#100\) metric\[1\] must be one of the following values: .*reach/);
    },
  );

  it('may have no insights yet for two days: an empty list, not zeros', async () => {
    const held = await bench.connected({ instagram: { media: 1 } });
    await bench.turn('insights_delay', 'on', held.id);
    const read = async (): Promise<Json> =>
      (await bench.get(`/${held.gram}/media`, held.user, { fields: 'insights.metric(reach)' })).body.data[0].insights;
    expect(await read()).toEqual({ data: [] });
    await bench.advance(held.id, '2d');
    expect((await read()).data[0].values[0].value).toBeGreaterThan(0);
  });

  it('answers -1/2207086 "Fatal" for facebook views of what was not shared there', async () => {
    const media = (
      await bench.get(`/${ADA.blueDoorGram}/media`, page, { fields: 'id,media_product_type', limit: '50' })
    ).body.data;
    const feed = media.find((item: Json) => item.media_product_type === 'FEED').id;
    const { error } = (await bench.get(`/${feed}/insights`, page, { metric: 'facebook_views' })).body;
    expect(error).toMatchObject({ code: -1, error_subcode: 2207086, message: 'Fatal' });
  });

  it('poisons the page with one media from before the business account: 100/2108006', async () => {
    const person = await bench.person({ pages: [{ instagram: { media: 4 } }] });
    const token = await bench.login(person.id);
    const ig = person.pages[0]?.instagram_id;
    const media = (await bench.get(`/${ig}/media`, token, { fields: 'id' })).body.data;
    await bench.event('media_predates_business', { id: media[3].id });
    const inline = await bench.get(`/${ig}/media`, token, { fields: 'id,insights.metric(reach)' });
    expect(inline.body.error).toMatchObject({
      code: 100,
      error_subcode: 2108006,
      error_user_title: 'Media Posted Before Business Account Conversion',
    });
    expect((await bench.get(`/${media[0].id}/insights`, token, { metric: 'reach' })).status).toBe(200);
    expect((await bench.get(`/${ig}/media`, token, { fields: 'id,like_count' })).body.data).toHaveLength(4);
  });

  it('shows a breakdown as total_value, and carousels with their parts', async () => {
    const media = (
      await bench.get(`/${ADA.blueDoorGram}/media`, page, {
        fields: 'id,media_type,media_product_type,children{id,media_type}',
        limit: '50',
      })
    ).body.data;
    const feed = media.find((item: Json) => item.media_product_type === 'FEED').id;
    const { body } = await bench.get(`/${feed}/insights`, page, {
      metric: 'profile_activity',
      breakdown: 'action_type',
    });
    expect(body.data[0].total_value.breakdowns[0].dimension_keys).toEqual(['action_type']);
    const carousel = media.find((item: Json) => item.media_type === 'CAROUSEL_ALBUM');
    expect(carousel.children.data).toHaveLength(3);
    const part = await bench.get(`/${carousel.children.data[0].id}/insights`, page, { metric: 'reach' });
    expect(part.body).toEqual({ data: [] });
  });

  it.each([
    ['view_count', 36104],
    ['flavour', 100],
  ])('refuses the field %s', async (field, code) => {
    expect((await bench.get(`/${ADA.blueDoorGram}/media`, page, { fields: `id,${field}` })).body.error.code).toBe(code);
  });

  it('needs instagram_manage_insights for counts only by a switch', async () => {
    const person = await bench.person({ pages: [{ instagram: true }] });
    const token = await bench.login(person.id, { untick: ['instagram_manage_insights'] });
    const path = `/${person.pages[0]?.instagram_id}/media`;
    expect((await bench.get(path, token, { fields: 'saved_count' })).status).toBe(200);
    await bench.turn('instagram_counts', 'insights', person.id);
    expect((await bench.get(path, token, { fields: 'saved_count' })).body.error.code).toBe(10);
  });

  it('wants an ads or business permission where the role comes from a portfolio: 403', async () => {
    const person = await bench.person({ pages: [{ portfolio: 'owned', instagram: true }] });
    const without = await bench.login(person.id, { untick: ['business_management'] });
    const refused = await bench.get(`/${person.pages[0]?.instagram_id}/media`, without);
    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatchObject({ code: 200, message: expect.stringContaining('ads_management') });
    await bench.delete('/me/permissions', without);
    expect((await bench.get(`/${person.pages[0]?.instagram_id}/media`, await bench.login(person.id))).status).toBe(200);
  });
});

describe('Instagram account insights', () => {
  it('give totals in one request, with a breakdown or without', async () => {
    const { body } = await bench.get(`/${ADA.blueDoorGram}/insights`, page, {
      metric: 'reach,views,accounts_engaged,total_interactions',
      metric_type: 'total_value',
      period: 'day',
    });
    expect(body.data.map((row: Json) => [row.name, typeof row.total_value.value])).toEqual([
      ['reach', 'number'],
      ['views', 'number'],
      ['accounts_engaged', 'number'],
      ['total_interactions', 'number'],
    ]);
    const split = await bench.get(`/${ADA.blueDoorGram}/insights`, page, {
      metric: 'reach',
      metric_type: 'total_value',
      breakdown: 'follow_type',
    });
    expect(split.body.data[0].total_value.breakdowns[0].dimension_keys).toEqual(['follow_type']);
  });

  it('can be expanded from the account itself', async () => {
    const fields = 'followers_count,media_count,insights.metric(reach,views).metric_type(total_value).period(day)';
    const { body } = await bench.get(`/${ADA.blueDoorGram}`, page, { fields });
    expect(body).toMatchObject({
      id: ADA.blueDoorGram,
      media_count: 20,
      insights: { data: [{ name: 'reach' }, { name: 'views' }] },
    });
  });

  it.each([
    [
      'a total without metric_type',
      { metric: 'views' },
      { code: 100, message: expect.stringContaining('metric_type=total_value') },
    ],
    ['more than 30 days', { metric: 'reach', since: '2026-09-01', until: '2026-11-01' }, { code: 100 }],
    [
      'an unsupported breakdown',
      { metric: 'reach', metric_type: 'total_value', breakdown: 'age' },
      { code: 1, message: 'An unknown error has occurred.' },
    ],
    ['an unknown metric', { metric: 'impressions', metric_type: 'total_value' }, { code: 100 }],
  ])('refuse %s', async (_, params, error) => {
    const answer = await bench.get(`/${ADA.blueDoorGram}/insights`, page, params);
    expect(answer.body.error).toMatchObject(error);
  });

  it('report profile_views as nothing at all', async () => {
    const params = { metric: 'profile_views', metric_type: 'total_value' };
    expect((await bench.get(`/${ADA.blueDoorGram}/insights`, page, params)).body).toEqual({ data: [] });
  });
});
