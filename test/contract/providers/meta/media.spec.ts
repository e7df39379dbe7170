/** An Instagram account's media, sample by sample, judged by the values that come out. IN-07, SY-14. */
import { describe, expect, it } from '@jest/globals';
import { graphReader, insight, listOf } from '../support/meta-samples.js';
import { json, useScriptedProvider } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const readInstagram = graphReader(graph, 'instagram', ['instagram_basic', 'instagram_manage_insights']);

const media = (change: object = {}) => ({
  id: '18000000000000001',
  caption: 'Morning',
  media_type: 'VIDEO',
  media_product_type: 'REELS',
  permalink: 'https://www.instagram.com/reel/abc/',
  timestamp: '2026-11-20T08:15:30+0000',
  like_count: 40,
  comments_count: 6,
  shares_count: 2,
  saved_count: 5,
  insights: {
    data: [
      insight('reach', 763),
      insight('views', 900),
      insight('likes', 38),
      insight('comments', 6),
      insight('saved', 5),
      insight('shares', 2),
      insight('total_interactions', 53),
    ],
  } as object | undefined,
  ...change,
});

describe('an Instagram medium', () => {
  it('comes out with its values; its own counts are fresher than insights', async () => {
    graph.says(json(200, listOf([media()])));
    const [page] = await readInstagram();
    expect(page?.posts).toEqual([
      {
        externalId: '18000000000000001',
        permalink: 'https://www.instagram.com/reel/abc/',
        text: 'Morning',
        publishedAt: new Date('2026-11-20T08:15:30Z'),
        metrics: {
          views: { value: 900 },
          reach: { value: 763 },
          likes: { value: 40 },
          comments: { value: 6 },
          shares: { value: 2 },
          saves: { value: 5 },
          engagements: { value: 53 },
        },
      },
    ]);
    expect(graph.asked[0]?.url.pathname).toBe('/v27.0/17841400000000001/media');
  });

  it('has likes from its insights where the owner hides the count', async () => {
    graph.says(json(200, listOf([media({ like_count: undefined })])));
    expect((await readInstagram())[0]?.posts[0]?.metrics.likes).toEqual({ value: 38 });
  });

  it.each([{ timestamp: undefined }, { timestamp: null }, { timestamp: 'today' }])(
    'without a readable time (%j) is named: a new one cannot be stored',
    async (change) => {
      graph.says(json(200, listOf([media(change), media({ id: '2' })])));
      const [page] = await readInstagram();
      expect([...(page?.odd ?? [])]).toEqual([['meta_media.timestamp', 1]]);
      expect(page?.posts.map(({ publishedAt }) => publishedAt === null)).toEqual([true, false]);
    },
  );

  it('keeps its counts where it has no insights yet', async () => {
    graph.says(json(200, listOf([media({ insights: undefined, caption: undefined })])));
    const [page] = await readInstagram();
    expect(page?.posts[0]).toMatchObject({
      text: null,
      metrics: { likes: { value: 40 }, views: { value: null, reason: 'not_provided' } },
    });
  });

  it('may have a figure with a breakdown', async () => {
    const total = { name: 'views', period: 'lifetime', total_value: { value: 12, breakdowns: [] } };
    graph.says(json(200, listOf([media({ insights: { data: [total] } })])));
    expect((await readInstagram())[0]?.posts[0]?.metrics.views).toEqual({ value: 12 });
  });
});
