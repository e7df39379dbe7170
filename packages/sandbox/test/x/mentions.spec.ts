/** The posts that mention a person, at the X stand-in: as X's OpenAPI documents describe `GET /2/users/:id/mentions`. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useSandbox, type Json } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';
import { ids, Pages } from '../support/x-pages.js';

const control = useSandbox();
const x = new XClient(control);
const mentions = new Pages(x, 'mentions');
const timelines = new Pages(x);

/** Seeded people reply to Ana and repost her. */
const ANA = '1111111111';
const BEN = '1222222222';
let me: { id: string; username: string };
let token: string;
const read = (query: string, id = ANA, by = token): ReturnType<typeof mentions.one> => mentions.one(query, id, by);
const walk = (query: string, id = ANA, by = token): ReturnType<typeof mentions.all> => mentions.all(query, id, by);

async function someone(wish: Json = { posts: 0 }): Promise<{ id: string; username: string; token: string }> {
  const { id, username } = await control.person('x', wish);
  return { id, username, token: (await x.connect(id)).access_token };
}

async function write(by: { token: string }, text: string, more: Json = {}): Promise<string> {
  const { body } = await x.post<{ data: { id: string } }>('/2/tweets', by.token, { text, ...more });
  return body.data.id;
}

beforeAll(async () => {
  me = await control.person('x', { posts: 60, days: 60, seed: 7 });
  token = (await x.connect(me.id)).access_token;
});

describe('mentions', () => {
  it("lists every author's posts that name the person once, newest first, over as many pages as it takes", async () => {
    const written = await Promise.all(
      [ANA, BEN, me.id].map((id) => timelines.all('max_results=100&tweet.fields=entities', id, token)),
    );
    const naming = written
      .flat()
      .flatMap(({ data }) => data ?? [])
      .filter(({ entities }) =>
        (entities as { mentions?: Json[] } | undefined)?.mentions?.some(({ username }) => username === 'ana_example'),
      )
      .map(({ id }) => id)
      .toSorted((a, b) => (BigInt(a) < BigInt(b) ? 1 : -1));
    expect(naming.length).toBeGreaterThan(15);
    expect(ids(await walk('max_results=5'))).toEqual(naming);
    expect(ids(await walk('max_results=100'))).toEqual(naming);
  });

  it('goes back by previous_token to the page before', async () => {
    const first = await read('max_results=5');
    const next = await read(`max_results=5&pagination_token=${first.body.meta.next_token ?? ''}`);
    const back = await read(`max_results=5&pagination_token=${next.body.meta.previous_token ?? ''}`);
    expect(ids([back.body])).toEqual(ids([first.body]));
    expect(first.body.meta).not.toHaveProperty('previous_token');
  });

  it('cuts by ids, exclusive at both ends, and by times; ids win', async () => {
    const all = ids(await walk('max_results=100'));
    const [third = '', sixth = ''] = [all[2], all[5]];
    expect(ids(await walk(`max_results=100&since_id=${third}`))).toEqual(all.slice(0, 2));
    expect(ids(await walk(`max_results=100&until_id=${third}`))).toEqual(all.slice(3));
    expect(ids(await walk(`max_results=100&since_id=${sixth}&until_id=${third}`))).toEqual(all.slice(3, 5));
    const { data } = (await read('max_results=100&tweet.fields=created_at')).body;
    const time = String(data?.[5]?.['created_at']);
    expect(ids(await walk(`max_results=100&start_time=${time}`))).toEqual(all.slice(0, 6));
    expect(ids(await walk(`max_results=100&end_time=${time}`))).toEqual(all.slice(6));
    expect(ids(await walk(`max_results=100&since_id=${third}&start_time=${time}`))).toEqual(all.slice(0, 2));
  });

  it('answers without data where no post mentions the person', async () => {
    expect((await read('', me.id)).body).toEqual({ meta: { result_count: 0 } });
  });

  it('speaks the vocabulary of the parameter sent, with the fields and authors asked for', async () => {
    const old = (await read('tweet.fields=public_metrics&expansions=author_id&user.fields=username')).body;
    expect(old.data?.[0]).toHaveProperty(['public_metrics', 'retweet_count']);
    expect(old.includes?.['users']).toContainEqual(expect.objectContaining({ username: 'ben_sample' }));
    expect((await read('post.fields=public_metrics')).body.data?.[0]).toHaveProperty([
      'public_metrics',
      'repost_count',
    ]);
  });

  it('withholds private figures: the posts are those of others', async () => {
    const reader = await someone();
    const { data, errors } = (await read('max_results=5&tweet.fields=non_public_metrics', ANA, reader.token)).body;
    expect(data?.some((post) => 'non_public_metrics' in post)).toBe(false);
    expect(errors?.[0]).toMatchObject({ title: 'Field Authorization Error', resource_id: data?.[0]?.id });
  });

  it('holds who is answered for mentioned, and no person in a thread of their own', async () => {
    const [asked, answering] = [await someone(), await someone()];
    const question = await write(asked, `what do you say, @${answering.username.toUpperCase()}?`);
    const answer = await write(answering, 'a lot', { reply: { in_reply_to_tweet_id: question } });
    await write(answering, 'and more', { reply: { in_reply_to_tweet_id: answer } });
    expect(ids([(await read('', answering.id, asked.token)).body])).toEqual([question]);
    expect(ids([(await read('', asked.id, asked.token)).body])).toEqual([answer]);
  });

  it('hides what a protected account writes from others, and the list of one from everybody else', async () => {
    const [shy, named] = [await someone({ protected: true, posts: 0 }), await someone()];
    const post = await write(shy, `between us, @${named.username}`);
    expect((await read('', named.id, named.token)).body).toEqual({ meta: { result_count: 0 } });
    expect(ids([(await read('', named.id, shy.token)).body])).toEqual([post]);
    const refused = await read('', shy.id, named.token);
    expect(refused).toMatchObject({ status: 200, body: { errors: [{ title: 'Authorization Error' }] } });
    expect(refused.body).not.toHaveProperty('data');
  });

  it('answers an account that is not there with 200 and errors alone', async () => {
    const { status, body } = await read('', '1999999999');
    expect([status, Object.keys(body)]).toEqual([200, ['errors']]);
  });
});

describe('a request for mentions', () => {
  it.each([
    ['too few results', 'max_results=4'],
    ['too many results', 'max_results=101'],
    ['an unknown field', 'tweet.fields=flavour'],
    ['an unknown expansion', 'expansions=flavour'],
    ['ids in the wrong order', 'since_id=2&until_id=1'],
    ['a time before X', 'start_time=2010-11-05T00:00:00Z'],
    ["somebody else's cursor", 'pagination_token=7140dibn1z0000000'],
    ['exclude, which only timelines have', 'exclude=replies'],
  ])('is refused for %s', async (_, query) => {
    const { status, body } = await read(query);
    expect([status, (body as unknown as Json)['title']]).toEqual([400, 'Invalid Request']);
  });

  it('is counted by limits of its own, for every token', async () => {
    const limits = async (by: string): Promise<[string | null, string | null]> => {
      const { headers } = await read('', ANA, by);
      return [headers.get('x-rate-limit-limit'), headers.get('x-rate-limit-remaining')];
    };
    const fresh = await someone();
    expect(await limits(fresh.token)).toEqual(['300', '299']);
    expect((await limits(await x.appToken()))[0]).toBe('450');
    expect((await timelines.one('', ANA, fresh.token)).headers.get('x-rate-limit-remaining')).toBe('899');
  });
});

describe('a person mentioned very often', () => {
  it('is shown the newest 800', async () => {
    for (let n = 0; n < 2; n += 1) await control.person('x', { posts: 4000, days: 60 });
    const all = ids(await walk('max_results=100'));
    expect(all).toHaveLength(800);
    expect(new Set(all).size).toBe(800);
  });
});
