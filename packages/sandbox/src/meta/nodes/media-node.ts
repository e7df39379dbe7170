/** One Instagram media as Graph shows it. */
import { may, needInstagram } from '../graph/guard.js';
import { shortcode, type Media } from '../content/seeded-media.js';
import { graphTime, type Ask } from '../graph/ask.js';
import { GraphError, missingReadPermission, unknownObject } from '../contract/errors.js';
import { listOf } from '../content/listing.js';
import { choose, nodesOf, type NodeType } from '../graph/node-type.js';
import { MediaCounts, mediaInsights } from '../insights/media-insights.js';
import type { Instagram } from '../people/rows.js';

export const mediaNode: NodeType<Media> = {
  name: 'IGMedia',
  id: (media) => media.id,
  defaults: [],
  fields: {
    caption: (media) => media.caption,
    media_type: (media) => media.type,
    media_product_type: (media) => media.product,
    /** Absent while flagged for copyright. */
    media_url: (media, ask) =>
      ask.meta.directory.mark(media.id, 'copyright') === undefined ? media.mediaUrl : undefined,
    thumbnail_url: (media) => (media.type === 'VIDEO' ? media.mediaUrl.replace(/\.\w+$/, '.jpg') : undefined),
    permalink: (media) =>
      `https://www.instagram.com/${media.product === 'REELS' ? 'reel' : 'p'}/${shortcode(media.id)}/`,
    shortcode: (media) => shortcode(media.id),
    timestamp: (media) => graphTime(media.createdAt),
    username: (media, ask) => accountOf(media, ask).username,
    /** Absent when the owner hides it. */
    like_count: (media, ask) =>
      ask.meta.directory.mark(media.id, 'likes_hidden') === undefined ? new MediaCounts(media, ask).likes : undefined,
    comments_count: (media, ask) => new MediaCounts(media, ask).comments,
    is_comment_enabled: () => true,
    is_shared_to_feed: (media) => (media.product === 'REELS' ? media.sharedToFeed : undefined),
    alt_text: (media) => media.altText,
    owner: (media, ask) => choose({ id: media.instagramId, username: accountOf(media, ask).username }, ask, 'IGUser'),
    shares_count: counter((counts) => counts.shares),
    saved_count: counter((counts) => counts.saved),
    reposts_count: counter((counts) => counts.reposts),
    total_like_count: counter((counts) => counts.likes),
    total_comments_count: counter((counts) => counts.comments),
    total_views_count: counter((counts) => (counts.media.type === 'VIDEO' ? counts.views : undefined)),
    view_count: () => {
      throw new GraphError(36104, '(#36104) The view_count field is only available through Business Discovery.');
    },
  },
  edges: {
    insights: { get: mediaInsights },
    children: {
      get(media, ask) {
        needInstagram(ask, accountOf(media, ask));
        const children = media.children.map((id) => ask.meta.media.find(id)).filter((child) => child !== undefined);
        return nodesOf<Media>(mediaNode, listOf(children), ask);
      },
    },
  },
  admit: (media, ask) => void needInstagram(ask, accountOf(media, ask)),
  remove(media, ask) {
    const account = accountOf(media, ask);
    needInstagram(ask, account);
    if (!may(ask, 'instagram_manage_contents', account.id)) throw missingReadPermission('instagram_manage_contents');
    ask.meta.directory.setMark(media.id, 'deleted', '1');
    return { success: true };
  },
};

/** Counters without insights; which permission they need is unconfirmed and a switch. */
function counter(read: (counts: MediaCounts) => number | undefined) {
  return (media: Media, ask: Ask): number | undefined => {
    const personId = ask.viewer.kind === 'app' ? undefined : ask.viewer.person.id;
    if (ask.meta.settings.is('instagram_counts', 'insights', personId)) {
      if (!may(ask, 'instagram_manage_insights', media.instagramId)) {
        throw missingReadPermission('instagram_manage_insights');
      }
    }
    return read(new MediaCounts(media, ask));
  };
}

function accountOf(media: Media, ask: Ask): Instagram {
  const account = ask.meta.directory.instagram(media.instagramId);
  if (account === undefined) throw unknownObject(media.id);
  return account;
}
