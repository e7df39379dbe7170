/** Meta's own client `facebook-nodejs-business-sdk` works against the sandbox: what it reads, posts, batches and revokes. */
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bench, type Held, type Json } from '../../../packages/sandbox/test/meta/support.js';

// The SDK has no types, and a base URL only by this property.
const sdk: Json = createRequire(import.meta.url)('facebook-nodejs-business-sdk');
const { FacebookAdsApi, FacebookAdsApiBatch, IGMedia, IGUser, Page, User } = sdk;

let bench: Bench;
let held: Held;
beforeAll(async () => {
  bench = await Bench.open();
  held = await bench.connected();
  Object.defineProperty(FacebookAdsApi, 'GRAPH', { configurable: true, get: () => bench.origin });
});
afterAll(() => bench.close());

/** From here on the SDK speaks with this token; without its crash reporter, which calls home. */
const speakAs = (token: string): Json => FacebookAdsApi.init(token, 'en_US', false);

describe('facebook-nodejs-business-sdk', () => {
  it('reads the person, and their Pages page by page', async () => {
    const person = await bench.person({ page_count: 5 });
    speakAs(await bench.login(person.id));
    expect((await new User('me').get(['id', 'name'])).id).toBe(person.id);
    const pages = await new User('me').getAccounts(['id', 'access_token', 'tasks'], { limit: 2 });
    const ids: string[] = pages.map((page: Json) => page.id);
    while (pages.hasNext()) ids.push(...(await pages.next()).map((page: Json) => page.id));
    expect(ids).toEqual(person.pages.map((page) => page.id));
    expect(pages[0].access_token).toMatch(/^EAA/);
  });

  it('reads posts and insights with lists as JSON', async () => {
    speakAs(held.pageToken);
    const posts = await new Page(held.page).getPosts(['id', 'created_time', 'insights.metric(post_media_view)'], {
      limit: 3,
    });
    expect(posts).toHaveLength(3);
    expect(posts[0].insights.data[0].name).toBe('post_media_view');
    const days = await new Page(held.page).getInsights([], {
      metric: ['page_media_view', 'page_follows'],
      period: 'day',
    });
    expect(days.map((row: Json) => row.name)).toEqual(['page_media_view', 'page_follows']);
    const media = await new IGUser(held.gram).getMedia(['id', 'like_count'], { limit: 1 });
    const insights = await new IGMedia(media[0].id).getInsights([], { metric: ['reach', 'views'] });
    expect(insights.map((row: Json) => row.name)).toEqual(['reach', 'views']);
  });

  it('posts to a Page and to Instagram', async () => {
    speakAs(held.pageToken);
    const post = await new Page(held.page).createFeed(['id', 'permalink_url'], { message: 'from the SDK' });
    expect((await bench.get(`/${post.id}`, held.pageToken, { fields: 'message' })).body.message).toBe('from the SDK');
    const image = { image_url: 'https://media.example/1.jpg', is_carousel_item: true };
    const children = [];
    for (let i = 0; i < 2; i += 1) children.push((await new IGUser(held.gram).createMedia([], image)).id);
    const carousel = await new IGUser(held.gram).createMedia([], { media_type: 'CAROUSEL', children });
    const media = await new IGUser(held.gram).createMediaPublish([], { creation_id: carousel.id });
    expect((await bench.get(`/${media.id}`, held.pageToken, { fields: 'media_type' })).body.media_type).toBe(
      'CAROUSEL_ALBUM',
    );
  });

  it('starts and finishes a reel', async () => {
    speakAs(held.pageToken);
    const begun = await new Page(held.page).createVideoReel([], { upload_phase: 'START' });
    const headers = { authorization: `OAuth ${held.pageToken}`, file_url: 'https://media.example/1.mp4' };
    expect((await fetch(begun._data.upload_url, { method: 'POST', headers })).status).toBe(200);
    const finish = { upload_phase: 'FINISH', video_id: begun._data.video_id, video_state: 'PUBLISHED' };
    expect((await new Page(held.page).createVideoReel([], finish))._data).toEqual({ success: true });
  });

  it('understands refusals', async () => {
    speakAs(held.pageToken);
    const refused = new Page(held.page).getInsights([], { metric: ['page_impressions'], period: 'day' });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('valid insights metric'),
    });
  });

  it('batches', async () => {
    const batch = new FacebookAdsApiBatch(speakAs(held.pageToken));
    const codes: string[] = [];
    const note = (word: string) => () => void codes.push(word);
    batch.add('GET', ['me'], { fields: 'id' }, undefined, note('good'), note('bad'));
    batch.add('GET', ['me', 'flavours'], {}, undefined, note('good'), note('bad'));
    await batch.execute();
    expect(codes).toEqual(['good', 'bad']);
  });

  it('revokes', async () => {
    speakAs(held.user);
    await new User('me').deletePermissions();
    expect((await bench.get('/me', held.user)).body.error.error_subcode).toBe(458);
  });
});
