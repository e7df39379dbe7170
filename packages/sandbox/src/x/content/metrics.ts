/** A post's counts: they follow from its seed and age, so they grow with the clock and never have to be stored. */
import { fraction, mix } from '../../core/random.js';
import { METRIC_GROUPS, type Count, type MetricGroup } from '../contract/metrics.js';
import type { Post, PostMedia } from './post.js';

export type Counts = Record<Count, number>;

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

/** A group of metrics as an answer shows it: reposts are `retweet_count` or `repost_count`, by its vocabulary. */
export function metricsOf(group: MetricGroup, counts: Counts, modern: boolean): Record<string, number> {
  const shown = METRIC_GROUPS[group].map((name) => [
    name === 'repost_count' && !modern ? 'retweet_count' : name,
    // A promoted share exists only where somebody paid, which no seeded person does.
    group === 'promoted_metrics' ? 0 : counts[name],
  ]);
  return Object.fromEntries(shown) as Record<string, number>;
}

/** Views of a video, and how far they got. */
export function playback(
  post: Post,
  media: PostMedia,
  now: number,
): { view_count: number; quarters: Record<string, number> } {
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
