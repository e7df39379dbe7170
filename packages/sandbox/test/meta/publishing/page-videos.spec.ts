/** Publishing videos and reels to Pages at the Meta stand-in. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bench, type Held, type Json } from '../support.js';

let bench: Bench;
let held: Held;
beforeAll(async () => {
  bench = await Bench.open();
  held = await bench.connected();
});
afterAll(() => bench.close());

const upload = (url: string, headers: Record<string, string>, body?: Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(url, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });

describe('videos', () => {
  it('are processed by the clock, then ready and in the list', async () => {
    const own = await bench.connected({ posts: 0 });
    const { id } = (
      await bench.post(`/${own.page}/videos`, own.pageToken, {
        file_url: 'https://media.example/1.mp4',
        description: 'Film',
      })
    ).body;
    const status = async (): Promise<Json> =>
      (await bench.get(`/${id}`, own.pageToken, { fields: 'status' })).body.status;
    expect(await status()).toMatchObject({ video_status: 'processing', processing_phase: { status: 'in_progress' } });
    expect((await bench.get(`/${own.page}/published_posts`, own.pageToken)).body.data).toEqual([]);
    await bench.advance(own.id, '21s');
    expect(await status()).toMatchObject({ video_status: 'ready', publishing_phase: { status: 'complete' } });
    expect(
      (await bench.get(`/${own.page}/published_posts`, own.pageToken, { fields: 'status_type' })).body.data,
    ).toMatchObject([{ status_type: 'added_video' }]);
  });

  it('upload in chunks', async () => {
    const start = (
      await bench.post(`/${held.page}/videos`, held.pageToken, { upload_phase: 'start', file_size: '1500000' })
    ).body;
    expect(start).toMatchObject({
      upload_session_id: expect.any(String),
      video_id: expect.any(String),
      start_offset: '0',
      end_offset: '1048576',
    });
    const transfer = async (from: number, bytes: number): Promise<Json> => {
      const form = new FormData();
      form.set('upload_phase', 'transfer');
      form.set('upload_session_id', start.upload_session_id);
      form.set('start_offset', String(from));
      form.set('video_file_chunk', new Blob([new Uint8Array(bytes)]), 'chunk');
      const headers = { authorization: `Bearer ${held.pageToken}` };
      return (await fetch(`${bench.origin}/v26.0/${held.page}/videos`, { method: 'POST', headers, body: form })).json();
    };
    expect(await transfer(0, 1_048_576)).toEqual({ start_offset: '1048576', end_offset: '1500000' });
    expect((await transfer(0, 10)).error.code).toBe(6001);
    expect(await transfer(1_048_576, 451_424)).toEqual({ start_offset: '1500000', end_offset: '1500000' });
    const finish = { upload_phase: 'finish', upload_session_id: start.upload_session_id, description: 'Long' };
    expect((await bench.post(`/${held.page}/videos`, held.pageToken, finish)).body).toEqual({ success: true });
  });

  it('finish once, however often they are told to, and no more after a cancel', async () => {
    const own = await bench.connected({ posts: 0 });
    const ask = (params: Record<string, string>): Promise<Json> =>
      bench.post(`/${own.page}/videos`, own.pageToken, params);
    const send = async (session: string): Promise<void> => {
      const form = new FormData();
      for (const [name, value] of [
        ['upload_phase', 'transfer'],
        ['upload_session_id', session],
        ['start_offset', '0'],
      ] as const)
        form.set(name, value);
      form.set('video_file_chunk', new Blob([new Uint8Array(10)]), 'chunk');
      const headers = { authorization: `Bearer ${own.pageToken}` };
      await fetch(`${bench.origin}/v26.0/${own.page}/videos`, { method: 'POST', headers, body: form });
    };
    const start = async (): Promise<string> =>
      (await ask({ upload_phase: 'start', file_size: '10' })).body.upload_session_id;
    const finished = await start();
    await send(finished);
    const finish = { upload_phase: 'finish', upload_session_id: finished };
    expect([(await ask(finish)).body, (await ask(finish)).body]).toEqual([{ success: true }, { success: true }]);
    await bench.advance(own.id, '1m');
    expect((await bench.get(`/${own.page}/published_posts`, own.pageToken)).body.data).toHaveLength(1);
    const cancelled = await start();
    await send(cancelled);
    expect((await ask({ upload_phase: 'cancel', upload_session_id: cancelled })).body).toEqual({ success: true });
    expect((await ask({ upload_phase: 'finish', upload_session_id: cancelled })).body.error.code).toBe(6001);
    expect((await ask({ upload_phase: 'cancel', upload_session_id: finished })).body.error.code).toBe(6001);
  });

  it('leave nothing behind where the schedule is refused', async () => {
    const own = await bench.connected();
    const late = { file_url: 'https://a.example/1.mp4', published: 'false', scheduled_publish_time: '1' };
    expect((await bench.post(`/${own.page}/videos`, own.pageToken, late)).body.error.code).toBe(100);
    expect((await bench.control('GET', `/ledger?person=${own.id}&path=/v:version/:id/videos`)).data[0].created).toEqual(
      [],
    );
  });

  it.each([
    ['an address that can not be fetched', { file_url: 'https://media.invalid/1.mp4' }, 389],
    ['no file at all', {}, 382],
    ['an unknown upload session', { upload_phase: 'finish', upload_session_id: '1' }, 6001],
  ])('are refused with %s', async (_, params, code) => {
    expect(
      (await bench.post(`/${held.page}/videos`, held.pageToken, params as Record<string, string>)).body.error.code,
    ).toBe(code);
  });

  it('can not be listed', async () => {
    expect((await bench.get(`/${held.page}/videos`, held.pageToken)).body.error.code).toBe(3);
  });
});

describe('reels', () => {
  it.each([
    ['START', 'FINISH', 'absent'],
    ['start', 'finish', 'present'],
  ])('go out in three steps (%s, %s; post_id %s)', async (start, finish, postId) => {
    const own = await bench.connected();
    await bench.turn('reel_finish_post_id', postId, own.id);
    const begun = (await bench.post(`/${own.page}/video_reels`, own.pageToken, { upload_phase: start })).body;
    expect(begun).toEqual({ video_id: expect.any(String), upload_url: expect.stringContaining('/video-upload/') });
    const finishing = { video_id: begun.video_id, upload_phase: finish, video_state: 'PUBLISHED', description: 'Reel' };
    expect((await bench.post(`/${own.page}/video_reels`, own.pageToken, finishing)).body.error.code).toBe(6000);
    const wrong = await upload(begun.upload_url, {
      authorization: `Bearer ${own.pageToken}`,
      file_url: 'https://media.example/r.mp4',
    });
    expect(wrong.status).toBe(401);
    const sent = await upload(
      begun.upload_url,
      { authorization: `OAuth ${own.pageToken}`, offset: '0', file_size: '500' },
      new Uint8Array(500),
    );
    expect(await sent.json()).toMatchObject({ success: true });
    const finished = (await bench.post(`/${own.page}/video_reels`, own.pageToken, finishing)).body;
    expect(finished).toEqual(
      postId === 'present' ? { success: true, post_id: `${own.page}_${begun.video_id}` } : { success: true },
    );
    await bench.advance(own.id, '30s');
    const reels = (await bench.get(`/${own.page}/video_reels`, own.pageToken, { fields: 'id,post_id' })).body.data;
    expect(reels[0]).toEqual({ id: begun.video_id, post_id: `${own.page}_${begun.video_id}` });
  });

  it("take bytes by the Page's own token with pages_manage_posts only", async () => {
    const own = await bench.connected();
    const { upload_url: url } = (await bench.post(`/${own.page}/video_reels`, own.pageToken, { upload_phase: 'start' }))
      .body;
    const statusWith = async (token: string): Promise<number> =>
      (await upload(url, { authorization: `OAuth ${token}`, file_url: 'https://media.example/r.mp4' })).status;
    expect(await statusWith(own.user)).toBe(401);
    expect(await statusWith(held.pageToken)).toBe(404);
    const event = { person: own.id, permission: 'pages_manage_posts' };
    await bench.event('permission_changed', { ...event, status: 'declined' });
    expect(await statusWith(own.pageToken)).toBe(401);
    await bench.event('permission_changed', { ...event, status: 'granted' });
    expect(await statusWith(own.pageToken)).toBe(200);
  });

  it('upload piece by piece at the right offset only', async () => {
    const begun = (await bench.post(`/${held.page}/video_reels`, held.pageToken, { upload_phase: 'start' })).body;
    const auth = { authorization: `OAuth ${held.pageToken}`, file_size: '300' };
    expect(await (await upload(begun.upload_url, { ...auth, offset: '0' }, new Uint8Array(100))).json()).toEqual({
      success: true,
      offset: 100,
    });
    const wrong = await upload(begun.upload_url, { ...auth, offset: '0' }, new Uint8Array(100));
    expect(((await wrong.json()) as Json).debug_info.type).toBe('OffsetInvalidError');
    expect((await upload(begun.upload_url, { ...auth, offset: '100' }, new Uint8Array(200))).status).toBe(200);
  });

  it('are limited per Page and day', async () => {
    const own = await bench.connected();
    await bench.configure(own.id, { reel_quota: 1 });
    const publish = async (): Promise<Json> => {
      const begun = (await bench.post(`/${own.page}/video_reels`, own.pageToken, { upload_phase: 'start' })).body;
      await upload(begun.upload_url, {
        authorization: `OAuth ${own.pageToken}`,
        file_url: 'https://media.example/r.mp4',
      });
      return (
        await bench.post(`/${own.page}/video_reels`, own.pageToken, {
          video_id: begun.video_id,
          upload_phase: 'finish',
        })
      ).body;
    };
    expect(await publish()).toEqual({ success: true });
    expect((await publish()).error.code).toBe(368);
    await bench.advance(own.id, '25h');
    expect(await publish()).toEqual({ success: true });
  });
});
