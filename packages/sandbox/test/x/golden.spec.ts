/** The samples of docs/providers/x.md, brought about in the sandbox and compared value by value; only ids, times and random parts differ. */
import { describe, expect, it } from '@jest/globals';
import { useSandbox, type Json } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);
const snowflake = expect.stringMatching(/^\d{19}$/) as unknown;

/** Ana of the sheet, with one post that has a link-like photo and the counts of the sample. */
async function ana(): Promise<{ id: string; token: string; post: string; mediaKey: string }> {
  const person = await control.person('x', {
    name: 'Ana Example',
    subscription_type: 'Premium',
    posts: 41,
    followers: 10,
    following: 5,
    listed: 0,
    likes: 7,
    media: 3,
  });
  const token = (await x.connect(person.id)).access_token;
  const photo = await x.post<{ data: { id: string; media_key: string } }>('/2/media/upload', token, {
    media: Buffer.from('pixels').toString('base64'),
    media_type: 'image/jpeg',
    media_category: 'tweet_image',
  });
  const post = await x.post<{ data: { id: string } }>('/2/tweets', token, {
    text: 'hi',
    media: { media_ids: [photo.body.data.id] },
  });
  const metrics = {
    repost_count: 1,
    reply_count: 0,
    like_count: 3,
    quote_count: 0,
    bookmark_count: 0,
    impression_count: 120,
  };
  await control.event('x', 'set_metrics', { post: post.body.data.id, metrics });
  return { id: person.id, token, post: post.body.data.id, mediaKey: photo.body.data.media_key };
}

describe('§3.1', () => {
  it('GET /2/users/me', async () => {
    const { id, token } = await ana();
    await control.turn('x.user_count_key', 'post_count', id);
    const { body } = await x.get(
      '/2/users/me?user.fields=verified_type,subscription_type,profile_image_url,protected,public_metrics',
      token,
    );
    expect(body).toEqual({
      data: {
        id,
        name: 'Ana Example',
        username: expect.any(String),
        verified_type: 'blue',
        subscription_type: 'Premium',
        profile_image_url: expect.stringMatching(/^https:\/\/pbs\.twimg\.com\/profile_images\/\d+\/x_normal\.jpg$/),
        protected: false,
        public_metrics: {
          followers_count: 10,
          following_count: 5,
          post_count: 42,
          listed_count: 0,
          like_count: 7,
          media_count: 3,
        },
      },
    });
  });
});

describe('§3.2', () => {
  it('GET /2/users/{id}/tweets', async () => {
    const { id, token, post, mediaKey } = await ana();
    const { body } = await x.get<{ data: Json[]; includes: Json; meta: Json }>(
      `/2/users/${id}/tweets?max_results=5&tweet.fields=created_at,author_id,public_metrics&expansions=attachments.media_keys&media.fields=url`,
      token,
    );
    expect(body.data[0]).toEqual({
      id: post,
      text: expect.stringMatching(/^hi https:\/\/t\.co\/\w{10}$/),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      author_id: id,
      edit_history_tweet_ids: [post],
      public_metrics: {
        retweet_count: 1,
        reply_count: 0,
        like_count: 3,
        quote_count: 0,
        bookmark_count: 0,
        impression_count: 120,
      },
      attachments: { media_keys: [mediaKey] },
    });
    expect(mediaKey).toMatch(/^3_\d{19}$/);
    expect((body.includes['media'] as Json[])[0]).toEqual({
      media_key: mediaKey,
      type: 'photo',
      url: expect.stringMatching(/^https:\/\/pbs\.twimg\.com\/media\/\w+\.jpg$/),
    });
    expect(body.meta).toEqual({
      result_count: 5,
      newest_id: post,
      oldest_id: body.data[4]?.['id'],
      next_token: expect.stringMatching(/^7140dib[0-9a-z]+$/),
    });
  });
});

describe('§3.4', () => {
  it('a private metric that is not given', async () => {
    const { token } = await ana();
    const page = await x.get<{ data: { id: string }[] }>('/2/users/1222222222/tweets?max_results=5', token);
    const id = page.body.data[0]?.id ?? '';
    const { status, body } = await x.get<{ errors: Json[] }>(
      `/2/tweets?ids=${id}&tweet.fields=non_public_metrics`,
      token,
    );
    expect(status).toBe(200);
    expect(body.errors[0]).toEqual({
      resource_type: 'tweet',
      resource_id: id,
      parameter: 'ids',
      value: id,
      field: 'non_public_metrics.impression_count',
      section: 'data',
      title: 'Field Authorization Error',
      detail: `Sorry, you are not authorized to access 'non_public_metrics.impression_count' on the Tweet with ids : [${id}].`,
      type: 'https://api.x.com/2/problems/not-authorized-for-field',
    });
  });
});

describe('§4', () => {
  it('POST and DELETE /2/tweets', async () => {
    const { token } = await ana();
    const created = await x.post<{ data: { id: string } }>('/2/tweets', token, {
      text: 'hello https://shop.example/xyz',
    });
    const { id } = created.body.data;
    expect(created).toMatchObject({
      status: 201,
      body: {
        data: { id, text: expect.stringMatching(/^hello https:\/\/t\.co\/\w{10}$/), edit_history_tweet_ids: [id] },
      },
    });
    expect(Object.keys(created.body.data)).toEqual(['id', 'text', 'edit_history_tweet_ids']);
    expect(await x.delete(`/2/tweets/${id}`, token)).toMatchObject({ status: 200, body: { data: { deleted: true } } });
  });

  it('an upload, step by step', async () => {
    const { token } = await ana();
    const start = await x.post<{ data: { id: string; media_key: string } }>('/2/media/upload/initialize', token, {
      media_type: 'video/mp4',
      total_bytes: 4,
      media_category: 'tweet_video',
    });
    const { id, media_key } = start.body.data;
    expect(start.body).toEqual({ data: { id: snowflake, media_key: `13_${id}`, expires_after_secs: 86_400 } });
    const part = await x.post(`/2/media/upload/${id}/append`, token, { segment_index: 0, media: 'AAAAAA==' });
    expect(part.body).toEqual({ data: { expires_at: expect.any(Number) } });
    const done = await x.post(`/2/media/upload/${id}/finalize`, token, {});
    const data = {
      id,
      media_key,
      size: 4,
      expires_after_secs: 86_400,
      processing_info: { state: 'pending', check_after_secs: 1 },
    };
    expect(done.body).toEqual({ data });
    expect((await x.get(`/2/media/upload?command=STATUS&media_id=${id}`, token)).body).toEqual({ data });
  });
});

describe('§6', () => {
  it('request validation', async () => {
    const { id, token } = await ana();
    expect((await x.get(`/2/users/${id}/tweets?max_results=3`, token)).body).toEqual({
      errors: [
        {
          parameters: { max_results: ['3'] },
          message: 'The `max_results` query parameter value [3] is not between 5 and 100',
        },
      ],
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
      type: 'https://api.x.com/2/problems/invalid-request',
    });
  });
});
