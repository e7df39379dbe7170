/** Publishing to Instagram at the Meta stand-in: containers, their life, and the quota. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bench, type Answer, type Held, type Json } from '../support.js';

let bench: Bench;
let held: Held;
beforeAll(async () => {
  bench = await Bench.open();
  held = await bench.connected();
});
afterAll(() => bench.close());

const IMAGE = { image_url: 'https://media.example/1.jpg' };
const REEL = { media_type: 'REELS', video_url: 'https://media.example/1.mp4' };

const contain = (who: Held, params: Record<string, string>): Promise<Answer> =>
  bench.post(`/${who.gram}/media`, who.pageToken, params);
const publish = (who: Held, id: string): Promise<Answer> =>
  bench.post(`/${who.gram}/media_publish`, who.pageToken, { creation_id: id });
const status = async (who: Held, id: string): Promise<Json> =>
  (await bench.get(`/${id}`, who.pageToken, { fields: 'status_code,status' })).body;

describe('a container', () => {
  it('of an image is finished at once, and becomes media with another id, once', async () => {
    const { id } = (await contain(held, { ...IMAGE, caption: 'Hello', alt_text: 'A door' })).body;
    expect(await status(held, id)).toMatchObject({ id, status_code: 'FINISHED' });
    const media = (await publish(held, id)).body;
    expect(media.id).not.toBe(id);
    expect((await status(held, id)).status_code).toBe('PUBLISHED');
    const read = await bench.get(`/${media.id}`, held.pageToken, {
      fields: 'permalink,shortcode,timestamp,caption,alt_text,media_type',
    });
    expect(read.body).toMatchObject({
      caption: 'Hello',
      alt_text: 'A door',
      media_type: 'IMAGE',
      permalink: expect.stringContaining('instagram.com/p/'),
    });
    expect((await publish(held, id)).body.error).toMatchObject({ error_subcode: 2207006 });
    const newest = (await bench.get(`/${held.gram}/media`, held.pageToken, { fields: 'id', limit: '2' })).body.data;
    expect(newest.map((row: Json) => row.id === media.id)).toEqual([true, false]);
  });

  it('of a video goes IN_PROGRESS, FINISHED, EXPIRED by the clock', async () => {
    const own = await bench.connected();
    const { id } = (await contain(own, REEL)).body;
    expect((await status(own, id)).status_code).toBe('IN_PROGRESS');
    const early = await publish(own, id);
    expect(early.status).toBe(400);
    expect(early.body.error).toMatchObject({ code: 9007, error_subcode: 2207027 });
    await bench.advance(own.id, '21s');
    expect((await status(own, id)).status_code).toBe('FINISHED');
    await bench.advance(own.id, '24h');
    expect((await status(own, id)).status_code).toBe('EXPIRED');
    expect((await publish(own, id)).body.error).toMatchObject({ error_subcode: 2207020 });
  });

  it('that fails says why, by a switch or an event', async () => {
    const own = await bench.connected();
    await bench.turn('media_fails', '2207026', own.id);
    const { id } = (await contain(own, IMAGE)).body;
    expect(await status(own, id)).toMatchObject({
      status_code: 'ERROR',
      status: 'Error: Media upload has failed with error code 2207026',
    });
    expect((await publish(own, id)).body.error).toMatchObject({ code: 352, error_subcode: 2207026 });
    await bench.turn('media_fails', null, own.id);
    const other = (await contain(own, IMAGE)).body.id;
    await bench.event('container_failed', { id: other, subcode: 2207053 });
    expect((await status(own, other)).status_code).toBe('ERROR');
  });

  it('uploads its own bytes where asked to', async () => {
    const own = await bench.connected();
    const { id, uri } = (await contain(own, { media_type: 'REELS', upload_type: 'resumable' })).body;
    expect(uri).toBe(`${bench.origin}/ig-api-upload/v26.0/${id}`);
    expect((await status(own, id)).status_code).toBe('IN_PROGRESS');
    const headers = { authorization: `OAuth ${own.pageToken}`, offset: '0', file_size: '9' };
    const sent = await fetch(uri, { method: 'POST', headers, body: new Uint8Array(9) });
    expect(await sent.json()).toMatchObject({ success: true });
    await bench.advance(own.id, '21s');
    expect((await publish(own, id)).status).toBe(200);
  });

  it.each([
    ['an address that can not be fetched', { image_url: 'https://media.invalid/1.jpg' }, 9004, 2207052],
    ['an address that is not ASCII', { image_url: 'https://media.example/é.jpg' }, 9004, 2207052],
    ['a PNG', { image_url: 'https://media.example/1.png' }, 36001, 2207005],
    ['an unknown kind', { media_type: 'POEM', image_url: 'https://media.example/1.jpg' }, 100, 2207023],
    ['a video that is no reel', { media_type: 'VIDEO', video_url: 'https://media.example/1.mp4' }, 100, 2207023],
    ['a reel inside a carousel', { ...REEL, is_carousel_item: 'true' }, 100, 2207023],
    ['a caption too long', { ...IMAGE, caption: 'x'.repeat(2201) }, 36004, 2207010],
    ['too many people tagged', { ...IMAGE, caption: '@a '.repeat(21) }, 100, 2207040],
    ['a story inside a carousel', { ...IMAGE, media_type: 'STORIES', is_carousel_item: 'true' }, 100, 2207023],
    ['a carousel of one', { media_type: 'CAROUSEL', children: '1' }, 100, 2207028],
    ['a carousel of unknown media', { media_type: 'CAROUSEL', children: '1,2' }, 24, 2207008],
    ['a thumbnail out of range', { ...REEL, thumb_offset: '-1' }, 1, 2207057],
  ])('is refused for %s', async (_, params, code, subcode) => {
    const answer = await contain(held, params);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code, error_subcode: subcode });
  });

  it.each([
    ['a,b,c', 200],
    ['["a","b","c","d","e"]', 400],
  ])('with the collaborators %s: %i', async (collaborators, status) => {
    expect((await contain(held, { ...IMAGE, collaborators })).status).toBe(status);
  });

  it('takes bytes from a caller who may publish there', async () => {
    const own = await bench.connected();
    const { uri } = (await contain(own, { media_type: 'REELS', upload_type: 'resumable' })).body;
    const statusOf = async (): Promise<number> =>
      (
        await fetch(uri, {
          method: 'POST',
          headers: { authorization: `OAuth ${own.pageToken}`, file_url: 'https://media.example/r.mp4' },
        })
      ).status;
    const event = { person: own.id, permission: 'instagram_content_publish' };
    await bench.event('permission_changed', { ...event, status: 'declined' });
    expect(await statusOf()).toBe(401);
    await bench.event('permission_changed', { ...event, status: 'granted' });
    expect(await statusOf()).toBe(200);
  });

  it('wants instagram_content_publish', async () => {
    const person = await bench.person({ pages: [{ instagram: true }] });
    const token = await bench.login(person.id, { untick: ['instagram_content_publish'] });
    expect((await bench.post(`/${person.pages[0]?.instagram_id}/media`, token, IMAGE)).body.error.code).toBe(10);
  });

  it('of an unknown account is 24/2207008', async () => {
    expect((await publish(held, '17500000000099999')).body.error).toMatchObject({ code: 24, error_subcode: 2207008 });
  });
});

describe('carousels and stories', () => {
  it('a carousel waits for its parts and counts once', async () => {
    const own = await bench.connected();
    const image = (await contain(own, { ...IMAGE, is_carousel_item: 'true' })).body.id;
    const video = (
      await contain(own, { media_type: 'VIDEO', video_url: 'https://media.example/1.mp4', is_carousel_item: 'true' })
    ).body.id;
    const parent = { media_type: 'CAROUSEL', children: `${image},${video}`, caption: 'Both' };
    expect((await contain(own, parent)).body.error).toMatchObject({ code: 9007 });
    await bench.advance(own.id, '21s');
    const { id } = (await contain(own, parent)).body;
    const media = (await publish(own, id)).body.id;
    const read = await bench.get(`/${media}`, own.pageToken, { fields: 'media_type,children{media_type}' });
    expect(read.body.media_type).toBe('CAROUSEL_ALBUM');
    expect(read.body.children.data.map((child: Json) => child.media_type)).toEqual(['IMAGE', 'VIDEO']);
    const limit = await bench.get(`/${own.gram}/content_publishing_limit`, own.pageToken, {
      fields: 'quota_usage,config',
    });
    expect(limit.body).toEqual({ data: [{ quota_usage: 1, config: { quota_total: 50, quota_duration: 86400 } }] });
    expect((await publish(own, image)).body.error).toMatchObject({ error_subcode: 2207008 });
  });

  it('a story is in no media list, is gone after a day, and tells little to few viewers', async () => {
    const own = await bench.connected();
    const { id } = (await contain(own, { ...IMAGE, media_type: 'STORIES', caption: 'ignored' })).body;
    const story = (await publish(own, id)).body.id;
    const stories = async (): Promise<Json[]> => (await bench.get(`/${own.gram}/stories`, own.pageToken)).body.data;
    expect(await stories()).toEqual([{ id: story }]);
    const media = (await bench.get(`/${own.gram}/media`, own.pageToken, { fields: 'id' })).body.data;
    expect(media.some((row: Json) => row.id === story)).toBe(false);
    const few = await bench.get(`/${story}/insights`, own.pageToken, { metric: 'reach' });
    expect(few.body.error).toMatchObject({ code: 10, message: expect.stringContaining('Not enough viewers') });
    await bench.advance(own.id, '12h');
    expect((await bench.get(`/${story}/insights`, own.pageToken, { metric: 'reach,replies' })).status).toBe(200);
    expect((await bench.get(`/${story}/insights`, own.pageToken, { metric: 'likes' })).body.error.code).toBe(100);
    await bench.advance(own.id, '12h');
    expect(await stories()).toEqual([]);
  });
});

describe('the quota', () => {
  it('ends with 9/2207042 and comes back a day later', async () => {
    const own = await bench.connected();
    await bench.configure(own.id, { instagram_quota: 2 });
    const one = async (): Promise<Answer> => publish(own, (await contain(own, IMAGE)).body.id);
    expect((await one()).status).toBe(200);
    expect((await one()).status).toBe(200);
    const over = await one();
    expect(over.status).toBe(400);
    expect(over.body.error).toMatchObject({ code: 9, error_subcode: 2207042 });
    const limit = await bench.get(`/${own.gram}/content_publishing_limit`, own.pageToken, {
      fields: 'quota_usage,config',
    });
    expect(limit.body.data[0]).toEqual({ quota_usage: 2, config: { quota_total: 2, quota_duration: 86400 } });
    await bench.advance(own.id, '24h');
    expect((await one()).status).toBe(200);
  });

  it('has one for containers too', async () => {
    const own = await bench.connected();
    await bench.configure(own.id, { container_quota: 1 });
    expect((await contain(own, IMAGE)).status).toBe(200);
    expect((await contain(own, IMAGE)).body.error.error_subcode).toBe(2207042);
  });
});

it('media addresses are really fetched by a switch: anything but 200 is 9004', async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/ok.jpg' ? 200 : 302, { location: '/ok.jpg' }).end('x');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await bench.turn('fetch_media', 'on', held.id);
  expect((await contain(held, { image_url: `${origin}/ok.jpg` })).status).toBe(200);
  expect((await contain(held, { image_url: `${origin}/moved.jpg` })).body.error.code).toBe(9004);
  await bench.turn('fetch_media', null, held.id);
  server.close();
});

it('media is deleted only with instagram_manage_contents', async () => {
  const { id } = (await contain(held, IMAGE)).body;
  const media = (await publish(held, id)).body.id;
  expect((await bench.delete(`/${media}`, held.pageToken)).body.error.code).toBe(10);
  const person = await bench.person({ pages: [{ instagram: true }] });
  const scope =
    'pages_show_list,pages_read_engagement,instagram_basic,instagram_content_publish,instagram_manage_contents';
  const token = await bench.login(person.id, { dialog: { scope } });
  const gram = person.pages[0]?.instagram_id;
  const mine = (await bench.get(`/${gram}/media`, token)).body.data[0].id;
  expect((await bench.delete(`/${mine}`, token)).body).toEqual({ success: true });
  expect((await bench.get(`/${mine}`, token)).body.error.error_subcode).toBe(33);
});
