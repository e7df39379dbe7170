/** X's posts and figures, sample by sample, judged by the values that come out. IN-07, SY-10, SY-14. */
import { describe, expect, it } from '@jest/globals';
import { fault } from '../support/caught.js';
import { json, text, useScriptedProvider } from '../support/scripted-provider.js';
import { measured, noPrivate, NOW, post, readerOf, REQUEST, timeline } from '../support/x-samples.js';

const x = useScriptedProvider();
const { provider, read } = readerOf(x);

const refused = (field: string, tail: string) => ({
  resource_type: 'tweet',
  resource_id: '1990000000000000002',
  parameter: 'ids',
  value: '1990000000000000002',
  field: `non_public_metrics.${field}`,
  section: 'data',
  title: 'Field Authorization Error',
  detail: `Sorry, you are not authorized to access 'non_public_metrics.${field}' on the Tweet.`,
  type: `https://api.twitter.com/2/problems/${tail}`,
});

describe('posts', () => {
  it('come out with their values', async () => {
    x.says(
      json(200, timeline([post()])),
      json(200, measured('1990000000000000002', { url_link_clicks: 4, user_profile_clicks: 2, engagements: 9 })),
    );
    expect(await read()).toEqual([
      {
        posts: [
          {
            externalId: '1990000000000000002',
            permalink: 'https://x.com/i/web/status/1990000000000000002',
            text: 'hi https://t.co/abc',
            publishedAt: new Date('2026-11-20T09:00:00Z'),
            metrics: {
              views: { value: 120 },
              likes: { value: 3 },
              comments: { value: 0 },
              shares: { value: 1 },
              quotes: { value: 0 },
              saves: { value: 0 },
              clicks: { value: 4 },
              profile_clicks: { value: 2 },
              engagements: { value: 9 },
            },
          },
        ],
        observedAt: NOW,
        calls: 2,
        billedReads: 2,
        problems: [],
        odd: new Map(),
      },
    ]);
    const [list, lookup] = x.asked.map(({ url }) => url);
    expect(list?.pathname).toBe('/2/users/1111111111/tweets');
    expect(list?.searchParams.get('max_results')).toBe('100');
    expect([...(list?.searchParams.keys() ?? [])].filter((name) => name.endsWith('.fields'))).toEqual(['post.fields']);
    expect(lookup?.searchParams.get('post.fields')).toBe('id,non_public_metrics');
  });

  it('are read in the new vocabulary as well', async () => {
    const { public_metrics: old, ...rest } = post({
      referenced_posts: [{ type: 'reposted', id: '5' }],
      note_post: { text: 'the whole &lt;long&gt; text &amp;amp; more' },
    });
    const { retweet_count: count, ...figures } = old;
    x.says(json(200, timeline([{ ...rest, public_metrics: { ...figures, repost_count: count } }])));
    const [page] = await read();
    expect(page?.posts[0]?.text).toBe('the whole <long> text &amp; more');
    expect(page?.posts[0]?.metrics).toMatchObject({
      shares: { value: 1 },
      clicks: { value: null, reason: 'not_provided' },
    });
    expect(page?.calls).toBe(1);
  });

  it('are none where there is nothing', async () => {
    x.says(json(200, { meta: { result_count: 0 } }));
    expect(await read()).toMatchObject([{ posts: [], billedReads: 0, calls: 1, problems: [] }]);
  });

  it('go on over an empty page that has a next one', async () => {
    x.says(json(200, timeline([], 'n1')), json(200, timeline([post()])), noPrivate);
    const pages = await read();
    expect(pages.map(({ posts }) => posts.length)).toEqual([0, 1]);
    expect(x.asked[1]?.url.searchParams.get('pagination_token')).toBe('n1');
  });

  it('are asked for private figures only where X has them, and the others say why not', async () => {
    const old = post({ id: '11', created_at: '2026-10-20T09:00:00.000Z' });
    const foreign = post({ id: '12', author_id: '999' });
    const repost = post({ id: '13', referenced_tweets: [{ type: 'retweeted', id: '5' }] });
    const reply = post({ id: '14', referenced_tweets: [{ type: 'replied_to', id: '5' }] });
    x.says(json(200, timeline([reply, repost, foreign, old])), json(200, measured('14', { engagements: 5 })));
    const [page] = await read();
    expect(x.asked[1]?.url.searchParams.get('ids')).toBe('14');
    expect(Object.fromEntries(page?.posts.map((p) => [p.externalId, p.metrics.clicks]) ?? [])).toEqual({
      11: { value: null, reason: 'too_old' },
      12: { value: null, reason: 'not_permitted' },
      13: { value: null, reason: 'not_provided' },
      14: { value: null, reason: 'not_provided' },
    });
    expect(page?.posts[0]?.metrics.engagements).toEqual({ value: 5 });
  });

  it('tell a figure that X refuses, field by field, from one that it leaves out', async () => {
    x.says(
      json(200, timeline([post()])),
      json(200, {
        data: [{ id: '1990000000000000002', text: 'x' }],
        errors: [
          refused('url_link_clicks', 'not-authorized-for-field'),
          refused('user_profile_clicks', 'field-hydration-failure'),
        ],
      }),
    );
    const [page] = await read();
    expect(page?.posts[0]?.metrics).toMatchObject({
      views: { value: 120 },
      clicks: { value: null, reason: 'not_permitted' },
      profile_clicks: { value: null, reason: 'not_provided' },
      engagements: { value: null, reason: 'not_provided' },
    });
    expect(page?.problems).toEqual([]);
  });

  it('may be gone by the time they are looked up', async () => {
    const gone = {
      resource_type: 'tweet',
      parameter: 'ids',
      resource_id: '1990000000000000002',
      value: '1990000000000000002',
      title: 'Not Found Error',
      detail: 'Could not find tweet with ids: [1990000000000000002].',
      type: 'https://api.x.com/2/problems/resource-not-found',
    };
    x.says(json(200, timeline([post()])), json(200, { errors: [gone] }));
    const [page] = await read();
    expect(page?.posts[0]?.metrics).toMatchObject({
      views: { value: 120 },
      clicks: { value: null, reason: 'not_provided' },
    });
    expect(page).toMatchObject({ billedReads: 1, problems: [] });
  });

  it('never make 0 of a count that is none', async () => {
    const figures = {
      retweet_count: -1,
      reply_count: null,
      like_count: 2 ** 53 + 2,
      quote_count: 1.5,
      bookmark_count: 0,
    };
    x.says(json(200, timeline([post({ public_metrics: figures })])), noPrivate);
    const [page] = await read();
    expect(page?.posts[0]?.metrics).toMatchObject({
      views: { value: null, reason: 'not_provided' },
      likes: { value: null, reason: 'not_provided' },
      comments: { value: null, reason: 'not_provided' },
      shares: { value: null, reason: 'not_provided' },
      quotes: { value: null, reason: 'not_provided' },
      saves: { value: 0 },
    });
  });

  it('raise an alarm where no post has any public figure', async () => {
    x.says(json(200, timeline([post({ public_metrics: undefined })])), noPrivate);
    expect(await read()).toMatchObject([{ problems: [{ code: 'public_metrics_absent' }] }]);
  });

  it('that are edited stay one post: the first id, the latest figures, the time of the first', async () => {
    const idAt = (time: string) => String((BigInt(Date.parse(time)) - 1_288_834_974_657n) << 22n);
    const first = idAt('2026-11-20T09:00:00Z');
    const second = idAt('2026-11-20T09:10:00Z');
    const versions = [first, second];
    const newer = post({ id: second, text: 'better', created_at: '2026-11-20T09:10:00.000Z' });
    x.says(
      json(
        200,
        timeline(
          [{ ...newer, edit_history_tweet_ids: versions }, post({ id: first, edit_history_tweet_ids: versions })],
          'n1',
        ),
      ),
      json(200, measured(second, { engagements: 5 })),
      json(200, timeline([post({ id: first, edit_history_post_ids: versions })])),
    );
    const pages = await read();
    expect(pages.map(({ posts }) => posts.length)).toEqual([1, 0]);
    expect(pages[0]?.posts[0]).toMatchObject({
      externalId: first,
      text: 'better',
      permalink: `https://x.com/i/web/status/${second}`,
      publishedAt: new Date('2026-11-20T09:00:00Z'),
      metrics: { engagements: { value: 5 } },
    });
    expect(x.asked[1]?.url.searchParams.get('ids')).toBe(second);
  });

  it('are asked for once more in the other vocabulary where X refuses one, which is remembered', async () => {
    const refusal = json(400, { title: 'Invalid Request', type: 'https://api.x.com/2/problems/invalid-request' });
    const own = readerOf(x);
    x.says(refusal, json(200, timeline([post()])), noPrivate, json(200, timeline([post()])), noPrivate);
    expect(await own.read()).toMatchObject([{ calls: 3, posts: [{ externalId: '1990000000000000002' }] }]);
    await own.read();
    const parameters = x.asked.map(({ url }) => [...url.searchParams.keys()].find((name) => name.endsWith('.fields')));
    expect(parameters).toEqual(['post.fields', 'tweet.fields', 'tweet.fields', 'tweet.fields', 'tweet.fields']);
    x.forget();
    x.says(refusal);
    expect(await fault(own.read())).toBe('request_malformed invalid-request');
    expect(x.asked).toHaveLength(2);
  });

  it('without a time have the one that is in their id', async () => {
    x.says(json(200, timeline([post({ created_at: 'yesterday' })])), noPrivate);
    const [page] = await read();
    expect(page?.posts[0]?.publishedAt).toEqual(new Date(Number(1990000000000000002n >> 22n) + 1_288_834_974_657));
    expect([...(page?.odd ?? [])]).toEqual([['x_post.created_at', 1]]);
  });

  it.each([{ created_at: undefined }, { created_at: null }])(
    'without a time (%j) are named where their id tells none either, and only there',
    async (change) => {
      x.says(json(200, timeline([post({ ...change, id: '20' }), post(change)])), noPrivate);
      const [page] = await read();
      expect(page?.posts.map(({ publishedAt }) => publishedAt === null)).toEqual([true, false]);
      expect([...(page?.odd ?? [])]).toEqual([['x_post.created_at', 1]]);
    },
  );

  it('are kept where their private figures cannot be had, and the run is told', async () => {
    x.says(json(200, timeline([post()], 'n1')), text(503, '<html>'), json(200, timeline([post({ id: '3' })])));
    const pages = await read();
    expect(pages.map(({ problems }) => problems.map(({ code }) => code))).toEqual([
      ['provider_unavailable'],
      ['provider_unavailable'],
    ]);
    // Nothing is said of figures that were not asked for: an earlier value stays what it is.
    expect(Object.keys(pages[0]?.posts[0]?.metrics ?? {})).not.toContain('clicks');
    expect(pages[1]?.calls).toBe(1);
  });

  it('are handed over before a dead token is reported', async () => {
    x.says(json(200, timeline([post()], 'n1')), json(401, { title: 'Unauthorized', type: 'about:blank', status: 401 }));
    const posts: string[] = [];
    const reading = (async () => {
      for await (const page of provider().readPosts(REQUEST)) posts.push(...page.posts.map((p) => p.externalId));
    })();
    expect(await fault(reading)).toBe('credential_refused token_invalid');
    expect(posts).toEqual(['1990000000000000002']);
  });
});
