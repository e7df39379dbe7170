/** X's counts, private metrics and what reading costs, against docs/providers/x.md §3.4 and §6.4. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useSandbox, type Json } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';
import { ids, Pages, type Page } from '../support/x-pages.js';

const control = useSandbox();
const x = new XClient(control);
const pages = new Pages(x);

let me: { id: string; username: string };
let token: string;
const timeline = (query: string, id = me.id, by = token): ReturnType<typeof pages.one> => pages.one(query, id, by);
const walk = (query: string, id = me.id, by = token): ReturnType<typeof pages.all> => pages.all(query, id, by);

beforeAll(async () => {
  me = await control.person('x', { posts: 60, days: 60, seed: 7 });
  token = (await x.connect(me.id)).access_token;
});

const counts = async (id: string, by = token): Promise<Record<string, number>> =>
  (await x.get<{ data: { public_metrics: Record<string, number> } }>(`/2/tweets/${id}?tweet.fields=public_metrics`, by))
    .body.data.public_metrics;

describe('metrics', () => {
  it('grow with the clock, and stand still with it', async () => {
    const person = await control.person('x', { seed: 5 });
    const own = (await x.connect(person.id)).access_token;
    const posts = ids([(await timeline('max_results=10', person.id, own)).body]);
    const before = await Promise.all(posts.map((id) => counts(id, own)));
    await control.advance('1h', person.id);
    const after = await Promise.all(posts.map((id) => counts(id, own)));
    before.forEach((one, at) =>
      Object.entries(one).forEach(([name, value]) => expect(after[at]?.[name]).toBeGreaterThanOrEqual(value)),
    );
    expect(after.map((one) => one['impression_count'])).not.toEqual(before.map((one) => one['impression_count']));
  });

  it('fall or are fixed when an event says so', async () => {
    const [, id = ''] = ids([(await timeline('max_results=100')).body]);
    const before = (await counts(id))['impression_count'] ?? 0;
    await control.event('x', 'counts_fall', { post: id, factor: 0.5 });
    expect((await counts(id))['impression_count']).toBeLessThan(before);
    await control.event('x', 'counts_fall', { post: id });
    const twice = (await counts(id))['impression_count'] ?? 0;
    expect(Math.abs(twice - before / 4)).toBeLessThan(2);
    await control.event('x', 'set_metrics', { post: id, metrics: { like_count: 12345, repost_count: 7 } });
    expect(await counts(id)).toMatchObject({ like_count: 12345, retweet_count: 7 });
  });

  const privateFields = 'tweet.fields=created_at,referenced_tweets,non_public_metrics,organic_metrics';

  it('are private for own posts of the last 30 days: others lack the group and get an error per sub-field', async () => {
    const all = ids(await walk('max_results=100'));
    const { body } = await x.get<Page>(`/2/tweets?ids=${all.join(',')}&${privateFields}`, token);
    const month = Date.now() - 30 * 86_400_000;
    let [given, withheld] = [0, 0];
    for (const post of body.data ?? []) {
      const isRepost = JSON.stringify(post['referenced_tweets'] ?? '').includes('retweeted');
      const due = Date.parse(String(post['created_at'])) >= month && !isRepost;
      expect([post.id, 'non_public_metrics' in post, 'organic_metrics' in post]).toEqual([post.id, due, due]);
      const errors =
        body.errors?.filter((error) => error['resource_id'] === post.id).map((error) => error['field']) ?? [];
      expect(errors).toHaveLength(due ? 0 : 10);
      if (due) given += 1;
      else withheld += 1;
    }
    expect([given > 5, withheld > 5]).toEqual([true, true]);
    expect(body.errors?.[0]).toMatchObject({
      title: 'Field Authorization Error',
      section: 'data',
      type: 'https://api.x.com/2/problems/not-authorized-for-field',
    });
  });

  it("are never private for another's posts, and the error's type can change", async () => {
    const [theirs = ''] = ids([(await timeline('max_results=5', '1111111111')).body]);
    await control.turn('x.field_error_tail', 'field-unauthorized', me.id);
    const { status, body } = await x.get<{ data: Json; errors: Json[] }>(
      `/2/tweets/${theirs}?tweet.fields=non_public_metrics,public_metrics`,
      token,
    );
    await control.turn('x.field_error_tail', null, me.id);
    expect(status).toBe(200);
    expect(body.data).toHaveProperty('public_metrics');
    expect(body.data).not.toHaveProperty('non_public_metrics');
    expect(body.errors.map((error) => error['field'])).toEqual(
      ['impression_count', 'url_link_clicks', 'user_profile_clicks', 'engagements'].map(
        (name) => `non_public_metrics.${name}`,
      ),
    );
    expect(body.errors[0]?.['type']).toBe('https://api.x.com/2/problems/field-unauthorized');
  });

  it('make a timeline drop what they are not given for: a page may be empty and go on', async () => {
    const pages = await walk(`max_results=5&${privateFields}`);
    expect(pages).toHaveLength(12);
    const empty = pages.filter((page) => page.meta.result_count === 0);
    expect(empty.length).toBeGreaterThan(2);
    expect(empty[0]).not.toHaveProperty('data');
    expect(empty[0]?.meta.next_token).toBeDefined();
    expect(ids(pages).length).toBeGreaterThan(5);
  });

  it('of a repost are its count of reposts and zeros', async () => {
    const posts = (await walk('max_results=100&tweet.fields=referenced_tweets,public_metrics')).flatMap(
      (page) => page.data ?? [],
    );
    const repost = posts.find((post) => post.text.startsWith('RT @'));
    expect(repost?.['public_metrics']).toMatchObject({
      like_count: 0,
      reply_count: 0,
      quote_count: 0,
      impression_count: 0,
    });
  });

  it("show a repost with its original's text and count, or with a count of its own", async () => {
    const repost = async (): Promise<[Json, Json]> => {
      const query = 'max_results=100&tweet.fields=public_metrics&expansions=referenced_tweets.id';
      const { data = [], includes } = (await timeline(query)).body;
      const found = data.find((post) => post.text.startsWith('RT @'));
      const [{ id } = { id: '' }] = (found?.['referenced_tweets'] ?? []) as { id: string }[];
      return [found ?? {}, includes?.['tweets']?.find((post) => post['id'] === id) ?? {}];
    };
    const [, { id }] = await repost();
    await control.event('x', 'set_metrics', { post: id, metrics: { repost_count: 4321 } });
    const [mirror, original] = await repost();
    expect(mirror['text']).toBe(`RT @ana_example: ${String(original['text'])}`);
    expect(mirror['public_metrics']).toMatchObject({ retweet_count: 4321, like_count: 0 });
    await control.turn('x.repost_count', 'own', me.id);
    const [own] = await repost();
    await control.turn('x.repost_count', null, me.id);
    expect((own['public_metrics'] as Record<string, number>)['retweet_count']).toBeLessThan(4321);
  });
});

describe('billing', () => {
  it('counts a resource once per day and endpoint kind, and nothing for a failure', async () => {
    const person = await control.person('x');
    const own = (await x.connect(person.id)).access_token;
    const last = async (): Promise<unknown> =>
      (await control.ledger({ person: person.id, limit: '10000' })).at(-1)?.billed;
    const page = async (): Promise<Page> => (await timeline('max_results=10', person.id, own)).body;
    const list = ids([await page()]).join(',');
    expect(await last()).toEqual({ posts: 10, users: 0 });
    await page();
    expect(await last()).toEqual({ posts: 0, users: 0 });
    await x.get(`/2/tweets?ids=${list}`, own);
    expect(await last()).toEqual({ posts: 10, users: 0 });
    await x.get('/2/users/me', own);
    expect(await last()).toEqual({ posts: 0, users: 1 });
    await x.get('/2/users/me', own);
    expect(await last()).toEqual({ posts: 0, users: 0 });
    await control.advance('1d', person.id);
    const again = await x.refresh((await x.connect(person.id)).refresh_token);
    await timeline('max_results=10', person.id, again.body.access_token);
    expect(await last()).toEqual({ posts: 10, users: 0 });
    await timeline('max_results=4', person.id, again.body.access_token);
    expect(await last()).toBeUndefined();
  });
});
