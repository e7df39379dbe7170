/** How a Facebook Page's posts are read. docs/providers/meta.md, "Posts of a Page". */
import { count, link, text, time } from '@infrastructure/http/fields.js';
import { record } from '@infrastructure/http/record.js';
import { NEEDED_TO_STORE } from '@infrastructure/http/required.js';
import { webUrlOrNull } from '@infrastructure/http/web-url.js';
import { graphId } from '../meta-wire.js';
import { insightsBody } from './insights.js';
import { countOr, type PostKind } from './post-kind.js';

const summary = record('meta_count', { summary: record('meta_count', { total_count: count }) });

const post = record(
  'meta_post',
  {
    id: graphId,
    message: text,
    created_time: time,
    permalink_url: link,
    shares: record('meta_count', { count }),
    comments: summary,
    reactions: summary,
    insights: insightsBody,
  },
  NEEDED_TO_STORE.meta_post,
);
type Post = NonNullable<ReturnType<typeof post>>;

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

  // Meta documents these metrics for posts of every type.
  formatOf: () => 'post',

  observed(listed, insights) {
    return {
      externalId: listed.id,
      permalink: webUrlOrNull(listed.permalink_url),
      text: listed.message,
      publishedAt: listed.created_time ?? null,
      metrics: {
        views: insights.total('post_media_view'),
        reach: insights.total('post_total_media_view_unique'),
        likes: insights.part('post_reactions_by_type_total', 'like'),
        reactions: countOr(listed.reactions?.summary?.total_count, insights.kinds('post_reactions_by_type_total')),
        comments: countOr(
          listed.comments?.summary?.total_count,
          insights.part('post_activity_by_action_type', 'comment'),
        ),
        // Meta documents that it leaves the key out where a post was never shared.
        shares: countOr(listed.shares === null ? 0 : listed.shares?.count, { value: null, reason: 'not_provided' }),
        clicks: insights.total('post_clicks'),
      },
    };
  },
};
