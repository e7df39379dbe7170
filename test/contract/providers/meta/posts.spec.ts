/** A Page's posts, sample by sample, judged by the values that come out. IN-07, SY-14. */
import { describe, expect, it } from '@jest/globals';
import { fault } from '../support/caught.js';
import { graphReader, insight, listOf, NOW, PAGE_TOKEN } from '../support/meta-samples.js';
import { json, text, useScriptedProvider } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const readPage = graphReader(graph, 'facebook', ['read_insights', 'pages_read_engagement']);

const pagePost = (change: object = {}) => ({
  id: '102000000000001_122100000000077',
  created_time: '2026-11-20T08:15:30+0000',
  message: 'Hello',
  permalink_url: 'https://www.facebook.com/102000000000001/posts/pfbid0',
  status_type: 'added_photos',
  shares: { count: 3 },
  insights: {
    data: [
      insight('post_media_view', 812),
      insight('post_total_media_view_unique', 640),
      insight('post_clicks', 12),
      insight('post_reactions_by_type_total', { like: 20, love: 4, wow: 1 }),
      insight('post_activity_by_action_type', { comment: 5, share: 3 }),
    ],
    paging: { previous: 'https://graph.facebook.com/x', next: 'https://graph.facebook.com/y' },
  } as object | undefined,
  ...change,
});

describe("a Page's post", () => {
  it('comes out with its values', async () => {
    graph.says(json(200, listOf([pagePost()])));
    expect(await readPage()).toEqual([
      {
        posts: [
          {
            externalId: '102000000000001_122100000000077',
            permalink: 'https://www.facebook.com/102000000000001/posts/pfbid0',
            text: 'Hello',
            publishedAt: new Date('2026-11-20T08:15:30Z'),
            metrics: {
              views: { value: 812 },
              reach: { value: 640 },
              likes: { value: 20 },
              reactions: { value: 25 },
              comments: { value: 5 },
              shares: { value: 3 },
              clicks: { value: 12 },
            },
          },
        ],
        observedAt: NOW,
        calls: 1,
        billedReads: 0,
        problems: [],
        odd: new Map(),
      },
    ]);
    const [asked] = graph.asked;
    expect(asked?.url.pathname).toBe('/v27.0/102000000000001/published_posts');
    expect(asked?.headers['authorization']).toBe(`Bearer ${PAGE_TOKEN}`);
    expect(asked?.url.searchParams.get('fields')).toContain('insights.metric(post_media_view,');
    expect(asked?.url.searchParams.get('fields')).not.toContain('post_impressions');
  });

  it('without message, shares or insights is honest about each', async () => {
    graph.says(json(200, listOf([pagePost({ message: undefined, shares: undefined, insights: { data: [] } })])));
    const [page] = await readPage();
    expect(page?.posts[0]?.text).toBeNull();
    expect(page?.posts[0]?.metrics).toEqual({
      views: { value: null, reason: 'not_provided' },
      reach: { value: null, reason: 'not_provided' },
      likes: { value: null, reason: 'not_provided' },
      reactions: { value: null, reason: 'not_provided' },
      comments: { value: null, reason: 'not_provided' },
      // The one absence that Meta documents to mean none.
      shares: { value: 0 },
      clicks: { value: null, reason: 'not_provided' },
    });
  });

  it('has no likes where Meta names other reactions only', async () => {
    const reactions = { data: [insight('post_reactions_by_type_total', { love: 2 })] };
    graph.says(json(200, listOf([pagePost({ insights: reactions })])));
    const [page] = await readPage();
    expect(page?.posts[0]?.metrics).toMatchObject({ likes: { value: 0 }, reactions: { value: 2 } });
  });

  it('adds up a figure that comes in parts', async () => {
    const views = { data: [insight('post_media_view', { paid: 10, organic: 90 })] };
    graph.says(json(200, listOf([pagePost({ insights: views })])));
    expect((await readPage())[0]?.posts[0]?.metrics.views).toEqual({ value: 100 });
  });

  it('has its exact counts with the scope for what visitors write, and is not asked for them without', async () => {
    const counts = {
      comments: { data: [], summary: { total_count: 7 } },
      reactions: { data: [], summary: { total_count: 31 } },
    };
    graph.says(json(200, listOf([pagePost(counts)])));
    const scopes = ['read_insights', 'pages_read_user_content'];
    const [page] = await readPage({ scopes });
    expect(page?.posts[0]?.metrics).toMatchObject({
      comments: { value: 7 },
      reactions: { value: 31 },
      likes: { value: 20 },
    });
    expect(graph.asked[0]?.url.searchParams.get('fields')).toContain('comments.limit(0).summary(total_count)');
    await readPage();
    expect(graph.asked[1]?.url.searchParams.get('fields')).not.toContain('summary');
  });

  it('is read without insights where the scope for them is missing', async () => {
    graph.says(json(200, listOf([pagePost({ insights: undefined })])));
    const [page] = await readPage({ scopes: ['pages_read_engagement'] });
    expect(graph.asked[0]?.url.searchParams.get('fields')).not.toContain('insights');
    expect(page?.posts[0]?.metrics).toMatchObject({
      views: { value: null, reason: 'not_permitted' },
      shares: { value: 3 },
    });
    expect(page?.problems).toEqual([]);
  });

  it.each([
    ['an id that is a number', { id: 5 }, 'meta_post.id', null],
    ['an id that is a path', { id: '../me' }, 'meta_post.id', null],
    ['a time that is none', { created_time: 'today' }, 'meta_post.created_time', { publishedAt: null }],
    [
      'the thirteenth month',
      { created_time: '2026-13-20T08:15:30+0000' },
      'meta_post.created_time',
      { publishedAt: null },
    ],
    // Stored for the first time, it would be left out for want of a time: nothing may be lost without a word.
    ['a time that is missing', { created_time: undefined }, 'meta_post.created_time', { publishedAt: null }],
    ['a time that is null', { created_time: null }, 'meta_post.created_time', { publishedAt: null }],
    ['a message that is none', { message: 5 }, 'meta_post.message', { text: undefined }],
    ['a count in words', { shares: { count: 'three' } }, 'meta_count.count', { metrics: { shares: { value: null } } }],
    ['insights without a name', { insights: { data: [{ values: [] }] } }, 'meta_insight.name', { text: 'Hello' }],
    ['a figure in words', { insights: { data: [insight('post_clicks', '12')] } }, 'meta_insight_value.value', {}],
  ])('with %s costs itself at most, and is named', async (_, change, where, left) => {
    graph.says(json(200, listOf([pagePost(change), pagePost({ id: '2' })])));
    const [page] = await readPage();
    expect([...(page?.odd ?? [])]).toEqual([[where, 1]]);
    expect(page?.posts.at(-1)).toMatchObject({ externalId: '2', metrics: { clicks: { value: 12 } } });
    expect(page?.posts).toHaveLength(left === null ? 1 : 2);
    if (left !== null) expect(page?.posts[0]).toMatchObject(left);
  });

  it.each(['2026-11-20T08:15:30Z', '2026-11-20T08:15:30.000+0000', '2026-11-20T09:15:30+01:00'])(
    'may say its time as %s',
    async (created) => {
      graph.says(json(200, listOf([pagePost({ created_time: created })])));
      const [page] = await readPage();
      expect(page?.posts[0]?.publishedAt).toEqual(new Date('2026-11-20T08:15:30Z'));
      expect(page?.odd.size).toBe(0);
    },
  );

  it('has no views where their figure is an empty object, and no reactions where theirs is', async () => {
    const empty = { data: [insight('post_media_view', {}), insight('post_reactions_by_type_total', {})] };
    graph.says(json(200, listOf([pagePost({ insights: empty })])));
    expect((await readPage())[0]?.posts[0]?.metrics).toMatchObject({
      views: { value: null, reason: 'not_provided' },
      reactions: { value: 0 },
    });
  });

  it('never makes 0 of a figure that is none', async () => {
    const odd = {
      data: [
        insight('post_media_view', -4),
        insight('post_clicks', 2 ** 53 + 2),
        insight('post_total_media_view_unique', 1.5),
      ],
    };
    graph.says(json(200, listOf([pagePost({ insights: odd, shares: { count: -1 } })])));
    expect((await readPage())[0]?.posts[0]?.metrics).toMatchObject({
      views: { value: null, reason: 'not_provided' },
      clicks: { value: null, reason: 'not_provided' },
      reach: { value: null, reason: 'not_provided' },
      shares: { value: null, reason: 'not_provided' },
    });
  });
});

const many = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => pagePost({ id: String(from + i) }));

describe('a list', () => {
  it('is read to what was asked for, newest first, and each post once', async () => {
    graph.says(json(200, listOf(many(1, 50), 'c1')), json(200, listOf(many(40, 50), 'c2')));
    const pages = await readPage({ atMost: 80 });
    expect(pages.map(({ posts }) => posts.length)).toEqual([50, 30]);
    expect(graph.asked.map(({ url }) => [url.searchParams.get('limit'), url.searchParams.get('after')])).toEqual([
      ['50', null],
      ['30', 'c1'],
    ]);
  });

  it('goes on over an empty page', async () => {
    graph.says(json(200, listOf([], 'c1')), json(200, listOf([pagePost()])));
    expect((await readPage()).map(({ posts }) => posts.length)).toEqual([0, 1]);
  });

  it('that goes in a circle is left', async () => {
    graph.says(json(200, listOf(many(1, 2), 'c1')));
    const pages = await readPage();
    expect(pages.map(({ problems }) => problems.map(({ code }) => code))).toEqual([[], ['list_cut']]);
    expect(graph.asked).toHaveLength(2);
  });

  it('that is cut is no list', async () => {
    graph.says(text(200, JSON.stringify(listOf([pagePost()])).slice(0, 60)));
    expect(await fault(readPage())).toBe('provider_contract_broken body');
  });
});
