/** How an Instagram business account's media are read. docs/providers/meta.md, "Instagram media". */
import { count, link, name, text, time } from '@infrastructure/http/fields.js';
import { record } from '@infrastructure/http/record.js';
import { NEEDED_TO_STORE } from '@infrastructure/http/required.js';
import { webUrlOrNull } from '@infrastructure/http/web-url.js';
import { graphId } from '../meta-wire.js';
import { insightsBody } from './insights.js';
import { countOr, type PostKind } from './post-kind.js';

const media = record(
  'meta_media',
  {
    id: graphId,
    caption: text,
    media_type: name,
    media_product_type: name,
    permalink: link,
    timestamp: time,
    /** Left out where the owner hides it. */
    like_count: count,
    comments_count: count,
    shares_count: count,
    saved_count: count,
    insights: insightsBody,
  },
  NEEDED_TO_STORE.meta_media,
);
type Media = NonNullable<ReturnType<typeof media>>;

const PLAIN = 'id,caption,media_type,media_product_type,permalink,timestamp,like_count,comments_count';

export const instagramMedia: PostKind<Media> = {
  edge: 'media',
  route: '/:instagram/media',
  insightsScope: 'instagram_manage_insights',
  // Metrics that posts and reels both have; a metric that one of them lacks is an error for the whole list.
  insights: ['reach', 'views', 'likes', 'comments', 'saved', 'shares', 'total_interactions'],
  listed: media,

  /** Which permission the two younger counts need is not documented, so they can be left out. */
  fields: () => [`${PLAIN},shares_count,saved_count`, PLAIN],

  /** For example FEED/IMAGE, FEED/CAROUSEL_ALBUM, REELS/VIDEO. */
  formatOf: ({ media_product_type: product, media_type: type }) => (product && type ? `${product}/${type}` : null),

  /** The counts are current, the insights up to two days old: a count wins where both are present. */
  observed(listed, insights) {
    return {
      externalId: listed.id,
      permalink: webUrlOrNull(listed.permalink),
      text: listed.caption,
      publishedAt: listed.timestamp ?? null,
      metrics: {
        views: insights.total('views'),
        reach: insights.total('reach'),
        likes: countOr(listed.like_count, insights.total('likes')),
        comments: countOr(listed.comments_count, insights.total('comments')),
        shares: countOr(listed.shares_count, insights.total('shares')),
        saves: countOr(listed.saved_count, insights.total('saved')),
        engagements: insights.total('total_interactions'),
      },
    };
  },
};
