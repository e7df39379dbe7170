/** A Facebook Page's posts. docs/providers/meta.md, "Posts of a Page". */
import { z } from 'zod';
import { webUrlOrNull } from '@infrastructure/http/web-url.js';
import { countOrNull, graphTime, insightsBody } from './insights.js';
import { graphId } from '../meta-wire.js';
import type { PostKind } from './post-kind.js';

const summary = z
  .object({ summary: z.object({ total_count: countOrNull }).optional() })
  .nullish()
  .transform((edge) => edge?.summary?.total_count ?? null);

const post = z.object({
  id: graphId,
  message: z.string().optional(),
  created_time: graphTime,
  permalink_url: z.string().optional(),
  shares: z.object({ count: countOrNull }).optional(),
  comments: summary,
  reactions: summary,
  insights: insightsBody.nullish(),
});
type Post = z.infer<typeof post>;

const PLAIN = 'id,message,created_time,permalink_url,shares';

export const facebookPosts: PostKind<Post> = {
  edge: 'published_posts',
  route: '/:page/published_posts',
  insightsScope: 'read_insights',
  insights: [
    'post_media_view',
    'post_total_media_view_unique',
    'post_clicks',
    'post_reactions_by_type_total',
    'post_activity_by_action_type',
  ],
  listed: post,

  /** Exact counts only with the scope for what visitors write: without it they have the whole list refused. */
  fields(scopes) {
    const exact = `${PLAIN},comments.limit(0).summary(total_count),reactions.limit(0).summary(total_count)`;
    return scopes.includes('pages_read_user_content') ? [exact, PLAIN] : [PLAIN];
  },

  observed(listed, insights) {
    return {
      externalId: listed.id,
      permalink: webUrlOrNull(listed.permalink_url),
      text: listed.message ?? null,
      publishedAt: listed.created_time,
      metrics: {
        views: insights.total('post_media_view'),
        reach: insights.total('post_total_media_view_unique'),
        likes: insights.part('post_reactions_by_type_total', 'like'),
        reactions: insights.countOr(listed.reactions, 'post_reactions_by_type_total'),
        comments:
          listed.comments === null
            ? insights.part('post_activity_by_action_type', 'comment')
            : { value: listed.comments },
        // Meta documents that it leaves the key out where a post was never shared.
        shares: listed.shares === undefined ? { value: 0 } : shareCount(listed.shares.count),
        clicks: insights.total('post_clicks'),
      },
    };
  },
};

function shareCount(count: number | null) {
  return count === null ? ({ value: null, reason: 'not_provided' } as const) : { value: count };
}
