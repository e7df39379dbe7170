/** Each JSON sample of the contract sheet against the sandbox's answer: same keys, same kinds of values, at the same places. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APP_TOKEN, Bench, type Held, type Json } from '../support.js';

let bench: Bench;
let held: Held;
beforeAll(async () => {
  bench = await Bench.open();
  held = await bench.connected({ followers: 1830, posts: 30, instagram: { followers: 912, media: 12 } });
});
afterAll(() => bench.close());

/**
 * Where the answer departs from the sample: a key missing, or another kind of value. List items are matched one by one, the
 * sample's last one for the rest. Keys that the answer has beside the sample's are no departure.
 */
function departures(sample: Json, answer: Json, at = '$'): string[] {
  if (Array.isArray(sample)) {
    if (!Array.isArray(answer)) return [`${at} is no list`];
    if (answer.length < sample.length) return [`${at} has ${answer.length} items, the sample ${sample.length}`];
    return answer.flatMap((item, i) => departures(sample[Math.min(i, sample.length - 1)], item, `${at}[${i}]`));
  }
  if (sample === null || typeof sample !== 'object') {
    return typeof answer === typeof sample ? [] : [`${at} is ${typeof answer}, not ${typeof sample}`];
  }
  if (answer === null || typeof answer !== 'object') return [`${at} is no object`];
  return Object.entries(sample).flatMap(([key, value]) =>
    key in answer ? departures(value, answer[key], `${at}.${key}`) : [`${at}.${key} is missing`],
  );
}

it('notices departures', () => {
  expect(departures({ a: [{ b: 1 }] }, { a: [{ b: 2 }, { b: 'x' }] })).toEqual(['$.a[1].b is string, not number']);
  expect(departures({ a: 1, c: {} }, { a: 2 })).toEqual(['$.c is missing']);
});

const insight = (name: string): Json => ({
  name,
  period: 'lifetime',
  values: [{ value: 812 }],
  title: '…',
  description: '…',
  id: `102000000000001_122100000000077/insights/${name}/lifetime`,
});

describe('the samples of the sheet', () => {
  it('code and exchange', async () => {
    const sample = { access_token: 'EAAGm0…', token_type: 'bearer', expires_in: 5183944 };
    const short = (await bench.redeem((await bench.consent(held.id)).searchParams.get('code') ?? '')).body;
    expect(departures(sample, short)).toEqual([]);
    const long = (await bench.exchange(short.access_token)).body;
    expect(departures(sample, long)).toEqual([]);
    expect(long.expires_in).toBe(sample.expires_in);
  });

  it('/me/accounts', async () => {
    const sample = {
      data: [
        {
          id: '102000000000001',
          name: 'Blue Door Café',
          category: 'Café',
          access_token: 'EAAGpage…',
          tasks: ['ADVERTISE', 'ANALYZE', 'CREATE_CONTENT', 'MESSAGING', 'MODERATE', 'MANAGE'],
          picture: { data: { url: 'https://scontent…', is_silhouette: false, height: 200, width: 200 } },
          followers_count: 1830,
          fan_count: 1799,
          instagram_business_account: {
            id: '17841400000000001',
            username: 'bluedoor',
            followers_count: 912,
            media_count: 214,
          },
        },
      ],
      paging: { cursors: { before: 'QVF…', after: 'QVF…' } },
    };
    const fields =
      'id,name,category,access_token,tasks,picture.type(large),followers_count,fan_count,instagram_business_account{id,username,followers_count,media_count}';
    const { body } = await bench.get('/me/accounts', held.user, { fields });
    expect(departures(sample, body)).toEqual([]);
    expect(body.data[0]).toMatchObject({
      picture: { data: { height: 200, width: 200 } },
      followers_count: 1830,
      instagram_business_account: { followers_count: 912, media_count: 12 },
    });
    expect(body.data[0].id).toMatch(/^\d{15}$/);
    expect(body.data[0].instagram_business_account.id).toMatch(/^\d{17}$/);
  });

  it('debug_token, living and dead', async () => {
    const sample = {
      data: {
        app_id: '900100200300400',
        type: 'USER',
        application: 'Social Connections',
        issued_at: 1795000000,
        expires_at: 1800184000,
        data_access_expires_at: 1802776000,
        is_valid: true,
        user_id: '122000000000001',
        scopes: ['pages_show_list'],
        granular_scopes: [{ scope: 'pages_show_list' }],
      },
    };
    const { body } = await bench.debug(held.user);
    expect(departures(sample, body)).toEqual([]);
    expect(body.data.expires_at - body.data.issued_at).toBe(5_183_944);
    const dead = { data: { is_valid: false, scopes: [], error: { code: 190, subcode: 463, message: '…' } } };
    const other = await bench.person();
    const token = await bench.login(other.id);
    await bench.advance(other.id, '61d');
    expect(departures(dead, (await bench.debug(token)).body)).toEqual([]);
  });

  it('permissions', async () => {
    const { body } = await bench.get(`/${held.id}/permissions`, APP_TOKEN);
    expect(departures({ data: [{ permission: 'pages_show_list', status: 'granted' }] }, body)).toEqual([]);
  });

  it('published_posts with inline insights', async () => {
    const sample = {
      data: [
        {
          id: '102000000000001_122100000000077',
          created_time: '2026-11-20T08:15:30+0000',
          permalink_url: 'https://www.facebook.com/…/posts/pfbid0…',
          status_type: 'added_photos',
          insights: { data: [insight('post_media_view')], paging: { previous: '…', next: '…' } },
        },
      ],
      paging: { cursors: { before: '…', after: '…' }, next: '…' },
    };
    const fields =
      'id,created_time,message,permalink_url,status_type,shares,attachments{media_type,type,url},insights.metric(post_media_view)';
    const { body } = await bench.get(`/${held.page}/published_posts`, held.pageToken, { fields, limit: '25' });
    expect(departures(sample, body)).toEqual([]);
    const photo = body.data.find(
      (post: Json) => post.status_type === 'added_photos' && 'message' in post && 'shares' in post,
    );
    const whole = {
      message: 'Hello',
      shares: { count: 3 },
      attachments: { data: [{ media_type: 'photo', type: 'photo', url: 'https://www.facebook.com/photo/…' }] },
    };
    expect(departures(whole, photo)).toEqual([]);
    expect(photo.attachments.data[0]).toMatchObject({ media_type: 'photo', type: 'photo' });
  });

  it('Page insights by day', async () => {
    const sample = {
      data: [
        {
          name: 'page_media_view',
          period: 'day',
          values: [
            { value: 120, end_time: '2026-11-19T08:00:00+0000' },
            { value: 97, end_time: '2026-11-20T08:00:00+0000' },
          ],
          title: '…',
          description: '…',
          id: '102000000000001/insights/page_media_view/day',
        },
      ],
      paging: { previous: '…since=…&until=…', next: '…' },
    };
    const { body } = await bench.get(`/${held.page}/insights`, held.pageToken, {
      metric: 'page_media_view',
      period: 'day',
    });
    expect(departures(sample, body)).toEqual([]);
    expect(body.data[0].values.every((value: Json) => value.end_time.endsWith('T08:00:00+0000'))).toBe(true);
    expect(body.paging.previous).toMatch(/since=\d+&until=\d+/);
  });

  it('media insights', async () => {
    const media = (await bench.get(`/${held.gram}/media`, held.pageToken, { fields: 'id', limit: '1' })).body.data[0]
      .id;
    const { body } = await bench.get(`/${media}/insights`, held.pageToken, { metric: 'reach' });
    const sample = {
      data: [
        {
          name: 'reach',
          period: 'lifetime',
          values: [{ value: 763 }],
          title: 'Reach',
          description: '…',
          id: '18000000000000001/insights/reach/lifetime',
        },
      ],
    };
    expect(departures(sample, body)).toEqual([]);
    expect(body.data[0]).toMatchObject({
      name: 'reach',
      period: 'lifetime',
      title: 'Reach',
      id: `${media}/insights/reach/lifetime`,
    });
  });

  it('a batch', async () => {
    const items = [
      { method: 'GET', relative_url: 'me' },
      { method: 'GET', relative_url: 'me/flavours' },
    ];
    const { body } = await bench.post('/', held.user, { batch: JSON.stringify(items) });
    expect(departures([{ code: 200, headers: [{ name: '…', value: '…' }], body: '{}' }], body)).toEqual([]);
    expect(body.map((item: Json) => item.code)).toEqual([200, 400]);
    expect(JSON.parse(body[1].body).error.code).toBe(100);
  });

  it('the publishing limit, containers and reels', async () => {
    const limit = await bench.get(`/${held.gram}/content_publishing_limit`, held.pageToken, {
      fields: 'quota_usage,config',
    });
    expect(limit.body).toEqual({ data: [{ quota_usage: 0, config: { quota_total: 50, quota_duration: 86400 } }] });
    const container = await bench.post(`/${held.gram}/media`, held.pageToken, {
      media_type: 'REELS',
      upload_type: 'resumable',
    });
    expect(departures({ id: 'C', uri: 'https://rupload.facebook.com/ig-api-upload/v26.0/C' }, container.body)).toEqual(
      [],
    );
    const reel = await bench.post(`/${held.page}/video_reels`, held.pageToken, { upload_phase: 'start' });
    expect(departures({ video_id: 'V', upload_url: 'https://rupload.facebook.com/video-upload/V' }, reel.body)).toEqual(
      [],
    );
  });

  it('an error with everything in it', async () => {
    const { body } = await bench.post(`/${held.gram}/media`, held.pageToken, {
      image_url: 'https://media.invalid/1.jpg',
    });
    const sample = {
      error: {
        message: '…',
        type: 'OAuthException',
        code: 190,
        error_subcode: 463,
        is_transient: false,
        error_user_title: '…',
        error_user_msg: '…',
        fbtrace_id: 'AbC…',
      },
    };
    expect(departures(sample, body)).toEqual([]);
  });
});
