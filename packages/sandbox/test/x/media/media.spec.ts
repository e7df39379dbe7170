/** X's media upload against docs/providers/x.md §4.6: segments, processing, alt text, and who may post what. */
import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useSandbox, type Answer, type Json } from '../../support/sandbox.js';
import { XClient } from '../../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

interface Created {
  data: { id: string; text: string; edit_history_tweet_ids: string[] };
}

let me: { id: string; username: string };
let token: string;
let other: { id: string; username: string };
let otherToken: string;

const write = (body: unknown, by = token): Promise<Answer<Created>> => x.post<Created>('/2/tweets', by, body);
const someone = async (wish: Json = {}): Promise<[{ id: string; username: string }, string]> => {
  const person = await control.person('x', wish);
  return [person, (await x.connect(person.id)).access_token];
};

beforeAll(async () => {
  [me, token] = await someone();
  [other, otherToken] = await someone();
});

const bytes = randomBytes(3_000_000);
const begin = (
  body: Json,
  by = token,
): Promise<Answer<{ data: { id: string; media_key: string; expires_after_secs: number } }>> =>
  x.post('/2/media/upload/initialize', by, body);

async function appendForm(id: string, segment: number, part: Buffer, filename?: string): Promise<Answer> {
  const edge = 'edge-of-a-part';
  const disposition = `Content-Disposition: form-data; name="media"${filename === undefined ? '' : `; filename="${filename}"`}`;
  const body = Buffer.concat([
    Buffer.from(
      `--${edge}\r\nContent-Disposition: form-data; name="segment_index"\r\n\r\n${segment}\r\n--${edge}\r\n${disposition}\r\nContent-Type: application/octet-stream\r\n\r\n`,
    ),
    part,
    Buffer.from(`\r\n--${edge}--\r\n`),
  ]);
  return x.send(`/2/media/upload/${id}/append`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': `multipart/form-data; boundary=${edge}` },
    body,
  });
}

const finish = (id: string, by = token): Promise<Answer<{ data: Json }>> =>
  x.post(`/2/media/upload/${id}/finalize`, by, {});
const state = async (id: string): Promise<string | undefined> =>
  (
    (
      await x.get<{ data: { processing_info?: { state: string } } }>(
        `/2/media/upload?command=STATUS&media_id=${id}`,
        token,
      )
    ).body.data.processing_info ?? {}
  ).state;

/** A photo by the one-request form, in base64. */
async function photo(by = token): Promise<string> {
  const { body } = await x.post<{ data: { id: string } }>('/2/media/upload', by, {
    media: randomBytes(64).toString('base64'),
    media_category: 'tweet_image',
    media_type: 'image/png',
  });
  return body.data.id;
}
async function video(): Promise<string> {
  const { id } = (await begin({ media_type: 'video/mp4', total_bytes: 10, media_category: 'tweet_video' })).body.data;
  await appendForm(id, 0, Buffer.alloc(10));
  await finish(id);
  return id;
}

describe('media', () => {
  it('arrives in segments, with and without a file name and as JSON, and is posted', async () => {
    const start = await begin({ media_type: 'image/jpeg', total_bytes: bytes.length, media_category: 'tweet_image' });
    expect(start).toMatchObject({
      status: 200,
      body: { data: { media_key: expect.stringMatching(/^3_\d+$/), expires_after_secs: 86_400 } },
    });
    const { id, media_key } = start.body.data;
    expect(await appendForm(id, 0, bytes.subarray(0, 1_000_000))).toMatchObject({
      status: 200,
      body: { data: { expires_at: expect.any(Number) } },
    });
    expect((await appendForm(id, 1, bytes.subarray(1_000_000, 2_000_000), 'blob')).status).toBe(200);
    const json = { segment_index: 2, media: bytes.subarray(2_000_000).toString('base64') };
    expect((await x.post(`/2/media/upload/${id}/append`, token, json)).status).toBe(200);
    const done = await finish(id);
    expect(done.body.data).toMatchObject({ id, media_key, size: bytes.length });
    expect(done.body.data).not.toHaveProperty('processing_info');
    const stored = control.sandbox.world.store.sql('SELECT media FROM x_media WHERE id = ?').get(id);
    expect(JSON.parse(String(stored?.['media']))).toMatchObject({
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const alt = await x.post('/2/media/metadata', token, { id, metadata: { alt_text: { text: 'A cat' } } });
    expect(alt).toMatchObject({
      status: 200,
      body: { data: { id, associated_metadata: { alt_text: { text: 'A cat' } } } },
    });
    const created = await write({ text: 'with a cat', media: { media_ids: [id] } });
    expect(created.body.data.text).toMatch(/^with a cat https:\/\/t\.co\/\w{10}$/);
    const post = await x.get<{ includes: { media: Json[] } }>(
      `/2/tweets/${created.body.data.id}?expansions=attachments.media_keys&media.fields=alt_text`,
      token,
    );
    expect(post.body.includes.media).toEqual([{ media_key, type: 'photo', alt_text: 'A cat' }]);
  });

  it('is refused when segments are missing, too big, or not announced', async () => {
    const { id } = (await begin({ media_type: 'image/png', total_bytes: 20, media_category: 'tweet_image' })).body.data;
    await appendForm(id, 1, Buffer.alloc(20));
    expect((await finish(id)).status).toBe(400);
    expect((await appendForm(id, 1000, Buffer.alloc(1))).status).toBe(400);
    expect((await appendForm(id, 0, Buffer.alloc(8 * 1024 * 1024 + 1))).status).toBe(400);
    expect((await appendForm('1', 0, Buffer.alloc(1))).status).toBe(400);
    expect(
      (await begin({ media_type: 'image/png', total_bytes: 6_000_000, media_category: 'tweet_image' })).status,
    ).toBe(400);
    expect((await begin({ media_type: 'image/svg+xml', total_bytes: 6, media_category: 'tweet_image' })).status).toBe(
      400,
    );
    expect(
      (await begin({ media_type: 'image/png', total_bytes: 6, media_category: 'tweet_image', colour: 'red' })).status,
    ).toBe(400);
    expect((await x.post('/2/media/upload', token, { media: 'AAAA' })).status).toBe(400);
    expect(
      (await x.post('/2/media/metadata', token, { id, metadata: { alt_text: { text: 'x'.repeat(1001) } } })).status,
    ).toBe(400);
  });

  async function processed(mode: string): Promise<string> {
    await control.turn('x.media_processing', mode, me.id);
    const id = await video();
    await control.turn('x.media_processing', null, me.id);
    return id;
  }

  // Slow: the clock goes on between two calls, and a step of one second can pass there.
  it('a video that is processed goes through pending and in_progress, and may not be posted before the end', async () => {
    const id = await processed('slow');
    const seen: (string | undefined)[] = [];
    for (const step of ['1ms', '15s', '16s']) {
      if (seen.length < 2) expect((await write({ text: 'early', media: { media_ids: [id] } })).status).toBe(400);
      await control.advance(step, me.id);
      seen.push(await state(id));
    }
    expect(seen).toEqual(['pending', 'in_progress', 'succeeded']);
    expect((await write({ text: 'in time', media: { media_ids: [id] } })).status).toBe(201);
  });

  it.each([
    ['normal', 'succeeded', 201],
    ['failed', 'failed', 400],
    ['stuck', 'in_progress', 400],
    ['instant', undefined, 201],
  ])('a video with processing %s ends as %s and may be posted: %i', async (mode, end, status) => {
    const id = await processed(mode);
    await control.advance('3s', me.id);
    expect(await state(id)).toBe(end);
    expect((await write({ text: `video ${mode}`, media: { media_ids: [id] } })).status).toBe(status);
  });

  it('can take long, and says when to ask again', async () => {
    await control.turn('x.media_processing', 'slow', me.id);
    const id = await video();
    await control.turn('x.media_processing', null, me.id);
    await control.advance('5s', me.id);
    const { body } = await x.get(`/2/media/upload?command=STATUS&media_id=${id}`, token);
    expect(body).toMatchObject({ data: { processing_info: { state: 'pending', check_after_secs: 15 } } });
    await control.advance('30s', me.id);
    expect(await state(id)).toBe('succeeded');
  });

  it('may be posted by its owner and those named, for a day, in allowed company', async () => {
    const invalid = { title: 'Invalid Request', errors: [{ message: 'Your media IDs are invalid.' }] };
    const one = await photo();
    expect((await write({ text: 'not mine', media: { media_ids: [one] } }, otherToken)).body).toMatchObject(invalid);
    expect((await write({ text: 'unknown', media: { media_ids: ['1990000000000000001'] } })).body).toMatchObject(
      invalid,
    );
    expect((await write({ text: 'twice', media: { media_ids: [one, one] } })).body).toMatchObject(invalid);
    await control.turn('x.media_processing', 'instant', me.id);
    const film = await video();
    await control.turn('x.media_processing', null, me.id);
    expect((await write({ text: 'mixed', media: { media_ids: [one, film] } })).body).toMatchObject(invalid);
    await control.turn('x.video_length', 'too_long', me.id);
    expect((await write({ text: 'long film', media: { media_ids: [film] } })).body).toMatchObject({
      detail: 'This user is not allowed to post a video longer than 2 minutes.',
    });
    await control.turn('x.video_length', null, me.id);
    const four = [one, await photo(), await photo(), await photo()];
    expect((await write({ media: { media_ids: four } })).status).toBe(201);
    const shared = (
      await begin({
        media_type: 'image/png',
        total_bytes: 4,
        media_category: 'tweet_image',
        additional_owners: [other.id],
      })
    ).body.data.id;
    await appendForm(shared, 0, Buffer.alloc(4));
    await finish(shared);
    expect((await write({ text: 'shared', media: { media_ids: [shared] } }, otherToken)).status).toBe(201);
    const [late, lateToken] = await someone();
    const old = await photo(lateToken);
    await control.advance('24h', late.id);
    expect(
      (await write({ text: 'expired', media: { media_ids: [old] } }, (await x.connect(late.id)).access_token)).body,
    ).toMatchObject(invalid);
  });

  it('needs its own scope', async () => {
    const { access_token } = await x.connect(me.id, 'tweet.read tweet.write users.read offline.access');
    expect(
      (await begin({ media_type: 'image/png', total_bytes: 4, media_category: 'tweet_image' }, access_token)).status,
    ).toBe(403);
  });

  it('no longer comes by the one-URL form, unless the switch says so', async () => {
    const query = 'command=INIT&media_type=image/png&total_bytes=4&media_category=tweet_image';
    expect((await x.post(`/2/media/upload?${query}`, token, {})).status).toBe(400);
    await control.turn('x.media_one_url', 'accept', me.id);
    expect(await x.post(`/2/media/upload?${query}`, token, {})).toMatchObject({
      status: 200,
      body: { data: { id: expect.any(String) } },
    });
    await control.turn('x.media_one_url', null, me.id);
  });
});
