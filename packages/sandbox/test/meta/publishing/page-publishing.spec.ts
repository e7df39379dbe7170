/** Publishing to Pages at the Meta stand-in: text, links, photos. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADA, Bench, type Held, type Json } from '../support.js';

let bench: Bench;
let held: Held;
beforeAll(async () => {
  bench = await Bench.open();
  held = await bench.connected();
});
afterAll(() => bench.close());

const inMinutes = (minutes: number): string => String(Math.floor(Date.now() / 1000) + minutes * 60);

describe('/{page}/feed', () => {
  it('publishes text, and reads after the write with fields', async () => {
    const plain = await bench.post(`/${held.page}/feed`, held.pageToken, { message: 'Hello' });
    expect(plain.body).toEqual({ id: expect.stringMatching(new RegExp(`^${held.page}_1222\\d{11}$`)) });
    const read = await bench.post(`/${held.page}/feed`, held.pageToken, {
      message: 'Again',
      fields: 'id,permalink_url',
    });
    expect(read.body).toEqual({ id: expect.any(String), permalink_url: expect.stringContaining('facebook.com') });
    const { data } = (
      await bench.get(`/${held.page}/published_posts`, held.pageToken, { fields: 'id,message', limit: '2' })
    ).body;
    expect(data).toEqual([
      { id: read.body.id, message: 'Again' },
      { id: plain.body.id, message: 'Hello' },
    ]);
    const created = (await bench.control('GET', `/ledger?created=${plain.body.id}`)).data;
    expect(created).toHaveLength(1);
    expect(created[0]).toMatchObject({ method: 'POST', route: '/v:version/:id/feed', person: held.id });
  });

  it('has not acted where it refuses the fields', async () => {
    const own = await bench.connected({ posts: 0 });
    const photo = (
      await bench.post(`/${own.page}/photos`, own.pageToken, { url: 'https://a.example/1.jpg', published: 'false' })
    ).body.id;
    const attached_media = JSON.stringify([{ media_fbid: photo }]);
    const post = { message: 'Once', attached_media };
    const refused = await bench.post(`/${own.page}/feed`, own.pageToken, { ...post, fields: 'nope' });
    expect([refused.status, refused.body.error.code]).toEqual([400, 100]);
    expect((await bench.get(`/${own.page}/published_posts`, own.pageToken)).body.data).toEqual([]);
    expect((await bench.control('GET', `/ledger?person=${own.id}&path=/v:version/:id/feed`)).data[0].created).toEqual(
      [],
    );
    expect((await bench.post(`/${own.page}/feed`, own.pageToken, post)).status).toBe(200);
  });

  it('takes JSON bodies as well', async () => {
    const response = await fetch(`${bench.origin}/v26.0/${held.page}/feed`, {
      method: 'POST',
      headers: { authorization: `Bearer ${held.pageToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'From JSON', published: true }),
    });
    expect(response.status).toBe(200);
  });

  it('has no idempotency: the same text twice is two posts, or 506 by a switch', async () => {
    const first = await bench.post(`/${held.page}/feed`, held.pageToken, { message: 'Twice' });
    const second = await bench.post(`/${held.page}/feed`, held.pageToken, { message: 'Twice' });
    expect(second.body.id).not.toBe(first.body.id);
    await bench.turn('duplicate_posts', 'refuse', held.id);
    expect((await bench.post(`/${held.page}/feed`, held.pageToken, { message: 'Twice' })).body.error.code).toBe(506);
    await bench.turn('duplicate_posts', null, held.id);
  });

  it.each([
    ['nothing at all', {}, { code: 100 }],
    ['a message too long', { message: 'x'.repeat(63_207) }, { code: 100 }],
    ['a link that is none', { link: 'not a link' }, { code: 100, error_subcode: 1609005 }],
    ['a schedule with published', { message: 'x', scheduled_publish_time: inMinutes(60) }, { code: 100 }],
    ['a schedule too soon', { message: 'x', published: 'false', scheduled_publish_time: inMinutes(5) }, { code: 100 }],
    [
      'a schedule too late',
      { message: 'x', published: 'false', scheduled_publish_time: inMinutes(31 * 24 * 60) },
      { code: 100 },
    ],
    ['photos that are JSON but no list', { message: 'x', attached_media: '{"media_fbid":"1"}' }, { code: 100 }],
    ['photos that are a number', { message: 'x', attached_media: '5' }, { code: 100 }],
    ['photos that are null', { message: 'x', attached_media: 'null' }, { code: 100 }],
    ['unknown photos', { attached_media: '[{"media_fbid":"1"}]' }, { code: 100 }],
  ])('refuses %s', async (_, params, error) => {
    const answer = await bench.post(`/${held.page}/feed`, held.pageToken, params);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject(error);
  });

  it('schedules, and publishes by the clock', async () => {
    const own = await bench.connected({ posts: 0 });
    const { id } = (
      await bench.post(`/${own.page}/feed`, own.pageToken, {
        message: 'Later',
        published: 'false',
        scheduled_publish_time: inMinutes(30),
      })
    ).body;
    const published = async (): Promise<Json[]> =>
      (await bench.get(`/${own.page}/published_posts`, own.pageToken)).body.data;
    const scheduled = await bench.get(`/${own.page}/scheduled_posts`, own.pageToken, {
      fields: 'id,scheduled_publish_time',
    });
    expect(scheduled.body.data).toEqual([{ id, scheduled_publish_time: expect.any(Number) }]);
    expect(await published()).toEqual([]);
    await bench.advance(own.id, '31m');
    expect((await published()).map((post) => post.id)).toEqual([id]);
    expect((await bench.get(`/${own.page}/scheduled_posts`, own.pageToken)).body.data).toEqual([]);
  });

  it('edits only what this app made, and deletes', async () => {
    const { id } = (await bench.post(`/${held.page}/feed`, held.pageToken, { message: 'Draft' })).body;
    expect((await bench.post(`/${id}`, held.pageToken, { message: 'Final' })).body).toEqual({ success: true });
    expect((await bench.get(`/${id}`, held.pageToken, { fields: 'message' })).body.message).toBe('Final');
    const seeded = (await bench.walk(`/${held.page}/published_posts`, held.pageToken, { fields: 'id' })).at(-1);
    expect((await bench.post(`/${seeded.id}`, held.pageToken, { message: 'Mine?' })).body.error.code).toBe(200);
    expect((await bench.delete(`/${id}`, held.pageToken)).body).toEqual({ success: true });
    expect((await bench.get(`/${id}`, held.pageToken)).body.error.error_subcode).toBe(33);
  });

  it('wants pages_manage_posts and the task CREATE_CONTENT', async () => {
    const without = await bench.person({ pages: [{}] });
    const token = Object.values(
      await bench.pageTokens(await bench.login(without.id, { untick: ['pages_manage_posts'] })),
    )[0];
    const refused = await bench.post(`/${without.pages[0]?.id}/feed`, token, { message: 'x' });
    expect(refused.body.error).toMatchObject({ code: 200, message: expect.stringContaining('pages_manage_posts') });
    const theatre = (await bench.pageTokens(await bench.login(ADA.id)))[ADA.theatre];
    const reader = await bench.post(`/${ADA.theatre}/feed`, theatre, { message: 'x' });
    expect(reader.body.error).toMatchObject({ code: 200, message: expect.stringContaining('CREATE_CONTENT') });
    expect((await bench.get(`/${ADA.theatre}/published_posts`, theatre)).status).toBe(200);
  });

  it('is refused with a user token: 210', async () => {
    expect((await bench.post(`/${held.page}/feed`, held.user, { message: 'x' })).body.error.code).toBe(210);
  });

  it('takes the twin tasks of New Pages', async () => {
    const own = await bench.connected({ tasks: ['PROFILE_PLUS_CREATE_CONTENT'] });
    expect((await bench.post(`/${own.page}/feed`, own.pageToken, { message: 'x' })).status).toBe(200);
    expect((await bench.get(`/${own.page}/insights`, own.pageToken, { metric: 'page_follows' })).body.error.code).toBe(
      200,
    );
  });
});

describe('photos', () => {
  it('publish alone, by url or by bytes', async () => {
    const byUrl = await bench.post(`/${held.page}/photos`, held.pageToken, {
      url: 'https://media.example/1.jpg',
      caption: 'One',
    });
    expect(byUrl.body).toEqual({
      id: expect.stringMatching(/^1223/),
      post_id: expect.stringContaining(`${held.page}_`),
    });
    const form = new FormData();
    form.set('caption', 'Bytes');
    form.set('source', new Blob([new Uint8Array(2000)], { type: 'image/jpeg' }), 'p.jpg');
    const response = await fetch(`${bench.origin}/v26.0/${held.page}/photos`, {
      method: 'POST',
      headers: { authorization: `Bearer ${held.pageToken}` },
      body: form,
    });
    const { post_id: post } = (await response.json()) as Json;
    expect((await bench.get(`/${post}`, held.pageToken, { fields: 'message,status_type' })).body).toMatchObject({
      message: 'Bytes',
      status_type: 'added_photos',
    });
  });

  it('unpublished wait for the post that takes them, once, for a day', async () => {
    const own = await bench.connected({ posts: 0 });
    const photo = async (): Promise<string> =>
      (
        await bench.post(`/${own.page}/photos`, own.pageToken, {
          url: 'https://media.example/1.jpg',
          published: 'false',
        })
      ).body.id;
    const [one, two, late] = [await photo(), await photo(), await photo()];
    expect((await bench.get(`/${own.page}/published_posts`, own.pageToken)).body.data).toEqual([]);
    const attached_media = JSON.stringify([{ media_fbid: one }, { media_fbid: two }]);
    const post = await bench.post(`/${own.page}/feed`, own.pageToken, {
      message: 'Two',
      attached_media,
      fields: 'id,attachments{type,subattachments}',
    });
    expect(post.body.attachments.data[0]).toMatchObject({ type: 'album' });
    expect(post.body.attachments.data[0].subattachments.data).toHaveLength(2);
    expect(
      (await bench.post(`/${own.page}/feed`, own.pageToken, { message: 'Again', attached_media })).body.error.code,
    ).toBe(100);
    await bench.advance(own.id, '25h');
    const expired = await bench.post(`/${own.page}/feed`, own.pageToken, {
      message: 'Late',
      'attached_media[0]': JSON.stringify({ media_fbid: late }),
    });
    expect(expired.body.error.code).toBe(100);
  });

  it('of an address that can not be fetched are refused', async () => {
    const refused = await bench.post(`/${held.page}/photos`, held.pageToken, { url: 'https://media.invalid/1.jpg' });
    expect(refused.body.error.code).toBe(324);
  });
});
