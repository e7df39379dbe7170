/** X's timelines and lookups against docs/providers/x.md §3.2–3.3. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useSandbox } from '../support/sandbox.js';
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

describe('timelines', () => {
  it('lists all posts once, newest first, over as many pages as it takes', async () => {
    const all = ids(await walk('max_results=7'));
    expect(all).toHaveLength(60);
    expect(new Set(all).size).toBe(60);
    expect(all).toEqual([...all].toSorted((a, b) => (BigInt(a) < BigInt(b) ? 1 : -1)));
    expect(all.every((id) => /^\d{19}$/.test(id))).toBe(true);
    expect(ids(await walk('max_results=100'))).toEqual(all);
  });

  it('goes back by previous_token to the page before', async () => {
    const [first, second] = [await timeline('max_results=5'), undefined];
    expect(second).toBeUndefined();
    const next = await timeline(`max_results=5&pagination_token=${first.body.meta.next_token ?? ''}`);
    const back = await timeline(`max_results=5&pagination_token=${next.body.meta.previous_token ?? ''}`);
    expect(ids([back.body])).toEqual(ids([first.body]));
    expect(first.body.meta).not.toHaveProperty('previous_token');
  });

  it('cuts by ids, exclusive at both ends, and by times; ids win', async () => {
    const all = ids(await walk('max_results=100'));
    expect(ids(await walk(`max_results=100&since_id=${all[10] ?? ''}`))).toEqual(all.slice(0, 10));
    expect(ids(await walk(`max_results=100&until_id=${all[10] ?? ''}`))).toEqual(all.slice(11));
    expect(ids(await walk(`max_results=100&since_id=${all[20] ?? ''}&until_id=${all[10] ?? ''}`))).toEqual(
      all.slice(11, 20),
    );
    const { data } = (await timeline('max_results=100&tweet.fields=created_at')).body;
    const time = String(data?.[15]?.['created_at']);
    expect(ids(await walk(`max_results=100&start_time=${time}`))).toEqual(all.slice(0, 16));
    expect(ids(await walk(`max_results=100&end_time=${time}`))).toEqual(all.slice(16));
    expect(ids(await walk(`max_results=100&since_id=${all[10] ?? ''}&start_time=${time}`))).toEqual(all.slice(0, 10));
  });

  it('knows a time far ahead', async () => {
    expect((await timeline('start_time=2100-01-01T00:00:00Z')).body).toEqual({ meta: { result_count: 0 } });
    expect((await timeline('end_time=2100-01-01T00:00:00Z')).body.meta.result_count).toBe(10);
  });

  it('answers without data when there is nothing new', async () => {
    const newest = (await timeline('max_results=5')).body.meta.newest_id ?? '';
    expect((await timeline(`since_id=${newest}`)).body).toEqual({ meta: { result_count: 0 } });
  });

  it('leaves replies and reposts out when told to, after the page was cut', async () => {
    const kinds = (await walk('max_results=100&tweet.fields=referenced_tweets'))
      .flatMap((page) => page.data ?? [])
      .map((post) => (post['referenced_tweets'] as { type: string }[] | undefined)?.[0]?.type ?? 'post');
    for (const type of ['replied_to', 'retweeted', 'quoted']) expect(kinds).toContain(type);
    const rest = await walk('max_results=5&exclude=replies,retweets');
    expect(ids(rest)).toHaveLength(kinds.filter((kind) => !['replied_to', 'retweeted'].includes(kind)).length);
    expect(rest).toHaveLength(12);
    expect(rest.some((page) => page.meta.result_count < 5 && page.meta.next_token !== undefined)).toBe(true);
  });

  it('shows no more than the newest 3,200, or 800 without replies', async () => {
    const prolific = await control.person('x', { posts: 4000, days: 400 });
    const own = (await x.connect(prolific.id)).access_token;
    const all = ids(await walk('max_results=100', prolific.id, own));
    expect(all).toHaveLength(3200);
    await x.post('/2/tweets', own, { text: 'one more pushes the oldest out' });
    expect(ids(await walk('max_results=100', prolific.id, own)).slice(1)).toEqual(all.slice(0, 3199));
    const withoutReplies = ids(await walk('max_results=100&exclude=replies', prolific.id, own));
    expect(withoutReplies.length).toBeLessThan(800);
    expect(withoutReplies.at(-1)).toBe(all.slice(0, 799).findLast((id) => withoutReplies.includes(id)));
  });

  it('hides a protected account from others', async () => {
    const shy = await control.person('x', { protected: true });
    const own = (await x.connect(shy.id)).access_token;
    expect((await timeline('', shy.id, own)).body.meta.result_count).toBe(10);
    const seen = await timeline('', shy.id);
    expect(seen).toMatchObject({ status: 200, body: { errors: [{ title: 'Authorization Error' }] } });
    expect(seen.body).not.toHaveProperty('data');
  });

  it('shows a new post late where the index lags', async () => {
    const slow = await control.person('x', { posts: 0 });
    const own = (await x.connect(slow.id)).access_token;
    await control.turn('x.index_lag', '10s', slow.id);
    await x.post('/2/tweets', own, { text: 'soon' });
    expect((await timeline('', slow.id, own)).body.meta.result_count).toBe(0);
    await control.advance('11s', slow.id);
    expect((await timeline('', slow.id, own)).body.meta.result_count).toBe(1);
  });
});

describe('lookups', () => {
  it('gives what it finds, and an error for each that is missing', async () => {
    const [first = ''] = ids([(await timeline('max_results=5')).body]);
    const { status, body } = await x.get<Page>(`/2/tweets?ids=${first},1990000000000000003`, token);
    expect(status).toBe(200);
    expect(body.data?.map((post) => post.id)).toEqual([first]);
    expect(body.errors).toEqual([
      {
        resource_type: 'tweet',
        parameter: 'ids',
        resource_id: '1990000000000000003',
        value: '1990000000000000003',
        title: 'Not Found Error',
        detail: 'Could not find tweet with ids: [1990000000000000003].',
        type: 'https://api.x.com/2/problems/resource-not-found',
      },
    ]);
  });

  it('answers a single missing post with 200 and errors alone', async () => {
    const { status, body } = await x.get('/2/tweets/1990000000000000003', token);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['errors']);
  });

  it('refuses more than a hundred ids and echoes them all', async () => {
    const many = Array.from({ length: 101 }, (_, n) => String(n + 1));
    const { status, body } = await x.get<{ errors: { parameters: { ids: string[] } }[] }>(
      `/2/tweets?ids=${many.join(',')}`,
      token,
    );
    expect(status).toBe(400);
    expect(body.errors[0]?.parameters.ids).toEqual(many);
  });

  it.each(['/2/tweets', '/2/tweets?ids=', '/2/tweets?ids=abc', '/2/tweets/abc', '/2/tweets?ids=12345678901234567890'])(
    'refuses %s',
    async (path) => {
      expect((await x.get(path, token)).status).toBe(400);
    },
  );
});
