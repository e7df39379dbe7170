/** X's users, and what any reading request may ask, against docs/providers/x.md §3.1–3.2. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useSandbox, type Json } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';
import { Pages } from '../support/x-pages.js';

const control = useSandbox();
const x = new XClient(control);
const pages = new Pages(x);

let me: { id: string; username: string };
let token: string;
const timeline = (query: string, id = me.id, by = token): ReturnType<typeof pages.one> => pages.one(query, id, by);

beforeAll(async () => {
  me = await control.person('x', { posts: 60, days: 60, seed: 7 });
  token = (await x.connect(me.id)).access_token;
});

describe('users', () => {
  it('gives id, name and username, and more on request', async () => {
    expect((await x.get('/2/users/me', token)).body).toEqual({
      data: { id: me.id, name: expect.any(String), username: me.username },
    });
    const { body } = await x.get<{ data: Json }>(
      '/2/users/me?user.fields=public_metrics,subscription_type,profile_image_url,protected,verified_type,created_at',
      token,
    );
    expect(body.data).toMatchObject({
      subscription_type: 'None',
      protected: false,
      verified_type: 'none',
      profile_image_url: expect.stringMatching(/_normal\.jpg$/),
      public_metrics: {
        followers_count: expect.any(Number),
        following_count: expect.any(Number),
        tweet_count: 60,
        listed_count: expect.any(Number),
      },
    });
    await control.turn('x.user_count_key', 'post_count', me.id);
    const other = await x.get<{ data: { public_metrics: Json } }>('/2/users/me?user.fields=public_metrics', token);
    await control.turn('x.user_count_key', null, me.id);
    expect(other.body.data.public_metrics).toMatchObject({ post_count: 60 });
  });

  it('gives the e-mail address with its scope only', async () => {
    const email = async (scope: string): Promise<unknown> => {
      const { access_token } = await x.connect(me.id, scope);
      return (
        await x.get<{ data: { confirmed_email?: string } }>('/2/users/me?user.fields=confirmed_email', access_token)
      ).body.data.confirmed_email;
    };
    expect(await email('tweet.read users.read users.email')).toBe(`${me.username}@people.example`);
    expect(await email('tweet.read users.read')).toBeUndefined();
  });

  it('finds others by id and name, tells who is missing, and follows a renaming', async () => {
    expect((await x.get('/2/users/1111111111', token)).body).toMatchObject({ data: { username: 'ana_example' } });
    expect((await x.get('/2/users/by/username/Ana_Example', token)).body).toMatchObject({ data: { id: '1111111111' } });
    const gone = await x.get<{ errors: Json[] }>('/2/users/99', token);
    expect(gone).toMatchObject({
      status: 200,
      body: {
        errors: [
          {
            resource_id: '99',
            title: 'Not Found Error',
            type: expect.stringContaining('/problems/resource-not-found'),
          },
        ],
      },
    });
    const person = await control.person('x');
    const own = await x.connect(person.id);
    await control.event('x', 'rename', { person: person.id, username: 'renamed_1' });
    expect((await x.get('/2/users/me', own.access_token)).body).toMatchObject({
      data: { id: person.id, username: 'renamed_1' },
    });
  });
});

describe('what a request may ask', () => {
  it.each([
    ['/2/users/me?user.fields=id,shoe_size', 'user.fields', 'shoe_size', 'confirmed_email'],
    ['/2/tweets?ids=1&tweet.fields=shoe_size', 'tweet.fields', 'shoe_size', 'edit_history_tweet_ids'],
    ['/2/tweets?ids=1&post.fields=referenced_tweets', 'post.fields', 'referenced_tweets', 'referenced_posts'],
    ['/2/tweets?ids=1&expansions=everything', 'expansions', 'everything', 'attachments.media_keys'],
    ['/2/tweets?ids=1&media.fields=smell', 'media.fields', 'smell', 'preview_image_url'],
  ])('%s is refused with every value that would do', async (path, parameter, value, other) => {
    const { status, body } = await x.get<{
      title: string;
      type: string;
      errors: { parameters: Json; message: string }[];
    }>(path, token);
    expect(status).toBe(400);
    expect(body).toMatchObject({ title: 'Invalid Request', type: 'https://api.x.com/2/problems/invalid-request' });
    expect(Object.keys(body.errors[0]?.parameters ?? {})).toEqual([parameter]);
    expect(body.errors[0]?.message).toContain(`[${value}] is not one of [`);
    expect(body.errors[0]?.message).toContain(other);
  });

  it.each([
    ['max_results=4', 'The `max_results` query parameter value [4] is not between 5 and 100'],
    ['max_results=101', '[101] is not between 5 and 100'],
    ['max_results=ten', '[ten] is not a valid integer'],
    ['since_id=abc', '`since_id`'],
    ['since_id=20&until_id=10', 'lower than `until_id`'],
    ['start_time=2026-01-01', 'RFC3339'],
    ['start_time=2009-01-01T00:00:00Z', '2010-11-06'],
    ['start_time=2026-02-01T00:00:00Z&end_time=2026-01-01T00:00:00Z', 'before `end_time`'],
    ['pagination_token=zzz', '`pagination_token`'],
    ['exclude=everything', '`exclude`'],
    ['max_results=5&max_results=6', 'Duplicate'],
  ])('a timeline with %s is refused', async (query, message) => {
    const { status, body } = await x.get<{ errors: { message: string }[] }>(`/2/users/${me.id}/tweets?${query}`, token);
    expect(status).toBe(400);
    expect(body.errors[0]?.message).toContain(message);
  });

  it('refuses a token that belongs to another timeline', async () => {
    const next = (await timeline('max_results=5')).body.meta.next_token ?? '';
    expect((await timeline(`max_results=5&pagination_token=${next}`)).status).toBe(200);
    expect((await timeline(`max_results=5&pagination_token=${next}`, '1111111111')).status).toBe(400);
  });

  it('refuses an unknown parameter name, or ignores it where the switch says so', async () => {
    expect((await timeline('colour=red')).status).toBe(400);
    expect((await x.get('/2/users/1111111111?colour=red', token)).status).toBe(400);
    await control.turn('x.unknown_parameters', 'ignore', me.id);
    expect((await timeline('colour=red')).status).toBe(200);
    await control.turn('x.unknown_parameters', null, me.id);
  });

  it('finds several people by ids and by names, and tells who is missing', async () => {
    const byIds = await x.get('/2/users?ids=1111111111,42&user.fields=public_metrics', token);
    expect(byIds.body).toMatchObject({
      data: [{ id: '1111111111', public_metrics: { tweet_count: expect.any(Number) } }],
      errors: [{ parameter: 'ids', value: '42', title: 'Not Found Error' }],
    });
    const byNames = await x.get('/2/users/by?usernames=Ana_Example,nobody_here', token);
    expect(byNames.body).toMatchObject({
      data: [{ username: 'ana_example' }],
      errors: [{ parameter: 'usernames', value: 'nobody_here' }],
    });
  });

  it.each([
    ['GET', '/2/nothing'],
    ['PUT', '/2/tweets'],
    ['GET', '/2/users/me/'],
    ['POST', '/i/nothing'],
  ])('%s %s does not exist, in X’s words', async (method, path) => {
    const answer = await x.send(path, { method, headers: { authorization: `Bearer ${token}` } });
    expect(answer).toMatchObject({ status: 404, body: { title: 'Not Found', type: 'about:blank', status: 404 } });
  });
});
