/** A post's counts: they follow from its seed and age, so they grow with the clock and never have to be stored. */
import { fraction, mix } from '../../core/random.js';
import type { Post, PostMedia } from './post.js';

export interface Counts {
  impression_count: number;
  like_count: number;
  reply_count: number;
  repost_count: number;
  quote_count: number;
  bookmark_count: number;
  url_link_clicks: number;
  user_profile_clicks: number;
  engagements: number;
}

/** Private metrics are given for 30 days (docs/providers/x.md §3.4). */
export const privateFor = 30 * 86_400_000;

/** Fast at first, then slowly for ever: 63 % of the first wave within 18 hours. */
function impressions(post: Post, now: number): number {
  const hours = Math.max(0, now - post.createdAt) / 3_600_000;
  const reach = 120 + 4000 * fraction(post.seed, 1) ** 3;
  return reach * (1 - Math.exp(-hours / 18)) + 0.4 * hours * fraction(post.seed, 2);
}

export function countsOf(post: Post, now: number): Counts {
  const seen = impressions(post, now) * (post.factor ?? 1);
  const share = (field: number, most: number): number =>
    Math.floor(seen * most * (0.2 + 0.8 * fraction(post.seed, field)));
  const isRepost = post.kind === 'repost';
  const like_count = isRepost ? 0 : share(3, 0.04);
  const reply_count = isRepost ? 0 : share(4, 0.008);
  const repost_count = share(5, 0.012);
  const quote_count = isRepost ? 0 : share(6, 0.003);
  const bookmark_count = isRepost ? 0 : share(7, 0.006);
  const url_link_clicks = post.entities.urls.length > 0 ? share(8, 0.02) : 0;
  const user_profile_clicks = share(9, 0.01);
  const counts: Counts = {
    impression_count: isRepost ? 0 : Math.floor(seen),
    like_count,
    reply_count,
    repost_count,
    quote_count,
    bookmark_count,
    url_link_clicks,
    user_profile_clicks,
    engagements:
      like_count + reply_count + repost_count + quote_count + bookmark_count + url_link_clicks + user_profile_clicks,
  };
  return post.fixed ? { ...counts, ...post.fixed } : counts;
}

type MetricGroup = Record<string, number>;

/** `retweet_count` or `repost_count`, by the vocabulary of the answer. */
const reposts = (counts: Counts, modern: boolean): MetricGroup =>
  modern ? { repost_count: counts.repost_count } : { retweet_count: counts.repost_count };

export const publicMetrics = (counts: Counts, modern: boolean): MetricGroup => ({
  ...reposts(counts, modern),
  reply_count: counts.reply_count,
  like_count: counts.like_count,
  quote_count: counts.quote_count,
  bookmark_count: counts.bookmark_count,
  impression_count: counts.impression_count,
});

export const nonPublicMetrics = (counts: Counts): MetricGroup => ({
  impression_count: counts.impression_count,
  url_link_clicks: counts.url_link_clicks,
  user_profile_clicks: counts.user_profile_clicks,
  engagements: counts.engagements,
});

export const organicMetrics = (counts: Counts, modern: boolean): MetricGroup => ({
  impression_count: counts.impression_count,
  like_count: counts.like_count,
  reply_count: counts.reply_count,
  ...reposts(counts, modern),
  url_link_clicks: counts.url_link_clicks,
  user_profile_clicks: counts.user_profile_clicks,
});

/** Zeros: a promoted share exists only where somebody paid, which no seeded person does. */
export const promotedMetrics = (modern: boolean): MetricGroup => ({
  impression_count: 0,
  like_count: 0,
  reply_count: 0,
  ...(modern ? { repost_count: 0 } : { retweet_count: 0 }),
  url_link_clicks: 0,
  user_profile_clicks: 0,
});

/** Views of a video, and how far they got. */
export function playback(post: Post, media: PostMedia, now: number): { view_count: number; quarters: MetricGroup } {
  const views = Math.floor(
    countsOf(post, now).impression_count * (0.3 + 0.4 * fraction(mix(post.seed, media.key.length), 11)),
  );
  const kept = (part: number): number => Math.floor(views * part);
  return {
    view_count: views,
    quarters: {
      playback_0_count: views,
      playback_25_count: kept(0.7),
      playback_50_count: kept(0.5),
      playback_75_count: kept(0.35),
      playback_100_count: kept(0.2),
      view_count: views,
    },
  };
}
