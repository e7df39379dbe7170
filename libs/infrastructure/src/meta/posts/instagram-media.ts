/** An Instagram business account's media. docs/providers/meta.md, "Instagram media". */
import { z } from 'zod';
import { webUrlOrNull } from '@infrastructure/http/web-url.js';
import { countOrNull, graphTime, insightsBody } from './insights.js';
import { graphId } from '../meta-wire.js';
import type { PostKind } from './post-kind.js';

const media = z.object({
  id: graphId,
  caption: z.string().optional(),
  permalink: z.string().optional(),
  timestamp: graphTime,
  /** Left out where the owner hides it. */
  like_count: countOrNull,
  comments_count: countOrNull,
  shares_count: countOrNull,
  saved_count: countOrNull,
  insights: insightsBody.nullish(),
});
type Media = z.infer<typeof media>;

const PLAIN = 'id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count';

export const instagramMedia: PostKind<Media> = {
  edge: 'media',
  route: '/:instagram/media',
  insightsScope: 'instagram_manage_insights',
  // What posts and reels both know; a metric that one of them lacks is an error for the whole list.
  insights: ['reach', 'views', 'likes', 'comments', 'saved', 'shares', 'total_interactions'],
  listed: media,

  /** Which permission the two younger counts need is not documented, so there is a way without them. */
  fields: () => [`${PLAIN},shares_count,saved_count`, PLAIN],

  /** The counts are of this minute, the insights up to two days old: a count wins where both are there. */
  observed(listed, insights) {
    return {
      externalId: listed.id,
      permalink: webUrlOrNull(listed.permalink),
      text: listed.caption ?? null,
      publishedAt: listed.timestamp,
      metrics: {
        views: insights.total('views'),
        reach: insights.total('reach'),
        likes: insights.countOr(listed.like_count, 'likes'),
        comments: insights.countOr(listed.comments_count, 'comments'),
        shares: insights.countOr(listed.shares_count, 'shares'),
        saves: insights.countOr(listed.saved_count, 'saved'),
        engagements: insights.total('total_interactions'),
      },
    };
  },
};
