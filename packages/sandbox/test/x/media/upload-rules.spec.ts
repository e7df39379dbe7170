/** What an upload to X may ask for and may consist of (docs/providers/x.md §4.6). */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useSandbox, type Answer, type Json } from '../../support/sandbox.js';
import { XClient } from '../../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

let token: string;
const begin = (body: Json, by = token): Promise<Answer<{ data: { id: string } }>> =>
  x.post('/2/media/upload/initialize', by, { media_type: 'image/png', total_bytes: 4, ...body });
const someone = async (wish: Json = {}): Promise<[string, string]> => {
  const { id } = await control.person('x', wish);
  return [id, (await x.connect(id)).access_token];
};

beforeAll(async () => {
  [, token] = await someone();
});

describe('an announcement', () => {
  const gigabyte = 1024 ** 3;

  it.each([
    ['None', 8, 200],
    ['None', 9, 400],
    ['Premium', 16, 200],
    ['Premium', 17, 400],
  ])('of a video by a person with %s and %i GB is %i', async (subscription_type, size, status) => {
    const [, by] = await someone({ subscription_type });
    const video = { media_type: 'video/mp4', media_category: 'tweet_video', total_bytes: size * gigabyte };
    expect((await begin(video, by)).status).toBe(status);
  });

  it.each([
    ['video/mp4', 'tweet_image', 400],
    ['image/png', 'tweet_video', 400],
    ['image/png', 'tweet_gif', 400],
    ['image/png', 'subtitles', 400],
    ['image/gif', 'tweet_gif', 200],
    ['text/srt', 'subtitles', 200],
    ['model/obj', 'tweet_image', 200],
    ['model/', 'tweet_image', 400],
  ])('of %s as %s is %i', async (media_type, media_category, status) => {
    expect((await begin({ media_type, media_category })).status).toBe(status);
  });

  it('names its category', async () => {
    const { status, body } = await begin({});
    expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('$.media_category')]);
  });
});

describe('the one-request form', () => {
  const media = Buffer.alloc(64).toString('base64');

  it('names further owners, who may post it', async () => {
    const [id, other] = await someone();
    const whole = { media, media_category: 'tweet_image', additional_owners: [id] };
    const { body } = await x.post<{ data: { id: string } }>('/2/media/upload', token, whole);
    const post = { text: 'lent', media: { media_ids: [body.data.id] } };
    expect((await x.post('/2/tweets', other, post)).status).toBe(201);
  });

  it('names them in a form, too', async () => {
    const [[one, other], [two]] = [await someone(), await someone()];
    const body = new FormData();
    body.append('media_category', 'tweet_image');
    body.append('additional_owners', `${two},${one}`);
    body.append('media', new Blob([Buffer.alloc(64)]));
    const headers = { authorization: `Bearer ${token}` };
    const sent = await x.send<{ data: { id: string } }>('/2/media/upload', { method: 'POST', headers, body });
    const post = { text: 'lent in a form', media: { media_ids: [sent.body.data.id] } };
    expect((await x.post('/2/tweets', other, post)).status).toBe(201);
  });

  it.each<[Json]>([[{ bogus: 1 }], [{ total_bytes: 64 }], [{ media_type: 'image/svg+xml' }], [{ media: '!!' }]])(
    'is refused with %j',
    async (more) => {
      const whole = { media, media_category: 'tweet_image', ...more };
      expect((await x.post('/2/media/upload', token, whole)).status).toBe(400);
    },
  );
});

describe('a segment', () => {
  it.each<[Json]>([
    [{ segment_index: '' }],
    [{ segment_index: null }],
    [{ segment_index: ' 0' }],
    [{ media: '!!' }],
    [{ media: '' }],
    [{ media: 'A' }],
  ])('is refused with %j', async (change) => {
    const { id } = (await begin({ media_category: 'tweet_image' })).body.data;
    const segment = { segment_index: 0, media: Buffer.alloc(4).toString('base64') };
    expect((await x.post(`/2/media/upload/${id}/append`, token, { ...segment, ...change })).status).toBe(400);
    expect((await x.post(`/2/media/upload/${id}/append`, token, segment)).status).toBe(200);
  });
});
