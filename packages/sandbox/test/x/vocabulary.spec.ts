/** The two vocabularies of X and the expansions, against docs/providers/x.md §0 and §3.2. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useSandbox } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';
import { Pages, type PostJson } from '../support/x-pages.js';

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

const both = async (query: string): Promise<PostJson[]> => (await timeline(`max_results=100&${query}`)).body.data ?? [];

describe('the two vocabularies', () => {
  it.each([
    ['tweet.fields', 'retweet_count', 'repost_count', 'edit_history_tweet_ids', 'referenced_tweets'],
    ['post.fields', 'repost_count', 'retweet_count', 'edit_history_post_ids', 'referenced_posts'],
  ])('%s is answered with %s, not %s', async (parameter, has, lacks, history, references) => {
    const posts = await both(`${parameter}=public_metrics,organic_metrics,${references}`);
    expect(posts[0]).toHaveProperty(['public_metrics', has]);
    expect(posts[0]).not.toHaveProperty(['public_metrics', lacks]);
    expect(posts[0]).toHaveProperty(['organic_metrics', has]);
    expect(posts[0]).toHaveProperty(history);
  });

  it('without a fields parameter the answer is in the old one', async () => {
    const { body } = await timeline('max_results=100&expansions=referenced_posts');
    expect(body.data?.[0]).toHaveProperty('edit_history_tweet_ids');
    expect(body.includes).toHaveProperty('tweets');
    const modern = await timeline('max_results=100&expansions=referenced_posts.id&post.fields=id');
    expect(modern.body.includes).toHaveProperty('posts');
  });

  it('can name a repost again', async () => {
    await control.turn('x.reposted_type', 'reposted', me.id);
    const posts = (await walk('max_results=100&post.fields=referenced_posts')).flatMap((page) => page.data ?? []);
    await control.turn('x.reposted_type', null, me.id);
    expect(JSON.stringify(posts)).toContain('"reposted"');
  });
});

describe('expansions', () => {
  it('includes authors, referenced posts and media, once each', async () => {
    const { includes, data } = (
      await timeline(
        'max_results=100&expansions=author_id,attachments.media_keys,referenced_tweets.id,referenced_tweets.id.author_id&media.fields=url,preview_image_url,type,alt_text,duration_ms,public_metrics',
      )
    ).body;
    expect(includes?.['users']?.map((user) => user['id'])).toEqual(expect.arrayContaining([me.id, '1111111111']));
    const keys = (data ?? []).flatMap(
      (post) => (post['attachments'] as { media_keys: string[] } | undefined)?.media_keys ?? [],
    );
    expect(includes?.['media']?.map((media) => media['media_key'])).toEqual(keys);
    expect(new Set(keys.map((key) => key.split('_')[0]))).toEqual(new Set(['3', '13']));
    const video = includes?.['media']?.find((media) => media['type'] === 'video');
    expect(video).toMatchObject({
      preview_image_url: expect.any(String),
      duration_ms: expect.any(Number),
      public_metrics: { view_count: expect.any(Number) },
    });
    expect(video).not.toHaveProperty('url');
    const referenced = includes?.['tweets']?.map((post) => post['id']) ?? [];
    expect(new Set(referenced).size).toBe(referenced.length);
  });

  it('includes polls with what poll.fields asks for, beyond their options', async () => {
    const asker = await control.person('x', { posts: 0 });
    const own = (await x.connect(asker.id)).access_token;
    await x.post('/2/tweets', own, { text: 'which?', poll: { options: ['this', 'that'], duration_minutes: 60 } });
    const poll = async (query: string): Promise<unknown> =>
      (await timeline(`expansions=attachments.poll_ids${query}`, asker.id, own)).body.includes?.['polls']?.[0];
    const id = expect.stringMatching(/^\d+$/) as unknown;
    const options = ['this', 'that'].map((label, at) => ({ position: at + 1, label, votes: 0 }));
    expect(await poll('')).toEqual({ id, options });
    expect(await poll('&poll.fields=duration_minutes,end_datetime,voting_status')).toEqual({
      id,
      options,
      duration_minutes: 60,
      end_datetime: expect.any(String),
      voting_status: 'open',
    });
    await control.advance('61m', asker.id);
    expect(await poll('&poll.fields=voting_status')).toEqual({ id, options, voting_status: 'closed' });
  });

  it('refuses an unknown field of polls with the list of those it has', async () => {
    const { status, body } = await timeline('poll.fields=colour');
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      {
        parameters: { 'poll.fields': ['colour'] },
        message:
          'The `poll.fields` query parameter value [colour] is not one of [duration_minutes,end_datetime,id,options,voting_status]',
      },
    ]);
  });

  it('locates links, tags and media links by code point', async () => {
    const posts = (await timeline('max_results=100&tweet.fields=entities')).body.data ?? [];
    const linked = posts.filter((post) => post['entities'] !== undefined);
    expect(linked.length).toBeGreaterThan(10);
    for (const post of linked) {
      const signs = Array.from(post.text);
      const entities = post['entities'] as {
        urls?: { start: number; end: number; url: string }[];
        hashtags?: { start: number; end: number; tag: string }[];
      };
      for (const { start, end, url } of entities.urls ?? []) expect(signs.slice(start, end).join('')).toBe(url);
      for (const { start, end, tag } of entities.hashtags ?? [])
        expect(signs.slice(start, end).join('')).toBe(`#${tag}`);
    }
  });
});
