/** Insights of Instagram media: which metric fits which product, and the refusals by name (docs/providers/meta.md, "Media insights"). */
import { needInstagramInsights } from '../graph/guard.js';
import { grown } from '../content/growth.js';
import type { Media, MediaProduct } from '../content/seeded-media.js';
import type { Ask } from '../graph/ask.js';
import { GraphError, invalidParameter, unknownObject } from '../contract/errors.js';
import { askedMetrics, title } from './insight.js';

/** A media's numbers at one moment. */
export class MediaCounts {
  private readonly age: number;
  private readonly factor: number;

  constructor(
    readonly media: Media,
    ask: Ask,
  ) {
    this.age = ask.now - media.createdAt;
    this.factor = Number(ask.meta.directory.mark(media.id, 'factor') ?? 1);
  }

  count(name: string, low: number, high: number): number {
    return grown(`${this.media.key}/${name}`, low, high, this.age, this.factor);
  }

  get reach(): number {
    return this.count('reach', 80, 2200);
  }
  get views(): number {
    return this.reach + this.count('views_again', 20, 1500);
  }
  get likes(): number {
    return this.count('likes', 3, 260);
  }
  get comments(): number {
    return this.count('comments', 0, 30);
  }
  get shares(): number {
    return this.count('shares', 0, 25);
  }
  get saved(): number {
    return this.count('saved', 0, 40);
  }
  get reposts(): number {
    return this.count('reposts', 0, 6);
  }
}

type Reader = (counts: MediaCounts) => number;
const EVERYWHERE: readonly MediaProduct[] = ['FEED', 'REELS', 'STORY'];
const POSTS: readonly MediaProduct[] = ['FEED', 'REELS'];

const METRICS: Readonly<Record<string, readonly [on: readonly MediaProduct[], read: Reader]>> = {
  views: [EVERYWHERE, (counts) => counts.views],
  reach: [EVERYWHERE, (counts) => counts.reach],
  shares: [EVERYWHERE, (counts) => counts.shares],
  total_interactions: [EVERYWHERE, (counts) => counts.likes + counts.comments + counts.shares + counts.saved],
  reposts: [EVERYWHERE, (counts) => counts.reposts],
  total_views: [EVERYWHERE, (counts) => counts.views],
  likes: [POSTS, (counts) => counts.likes],
  comments: [POSTS, (counts) => counts.comments],
  saved: [POSTS, (counts) => counts.saved],
  total_likes: [POSTS, (counts) => counts.likes],
  total_comments: [POSTS, (counts) => counts.comments],
  follows: [['FEED', 'STORY'], (counts) => counts.count('follows', 0, 9)],
  profile_visits: [['FEED', 'STORY'], (counts) => counts.count('visits', 0, 60)],
  profile_activity: [['FEED', 'STORY'], (counts) => counts.count('activity', 0, 12)],
  ig_reels_avg_watch_time: [['REELS'], (counts) => (counts.views > 0 ? 4200 : 0)],
  ig_reels_video_view_total_time: [['REELS'], (counts) => counts.views * 4200],
  reels_skip_rate: [['REELS'], (counts) => (counts.views > 0 ? 31.5 : 0)],
  crossposted_views: [POSTS, (counts) => counts.views + counts.count('facebook', 0, 500)],
  facebook_views: [EVERYWHERE, (counts) => counts.count('facebook', 0, 500)],
  replies: [['STORY'], (counts) => counts.comments],
  navigation: [['STORY'], (counts) => counts.count('navigation', 0, 200)],
  link_clicks: [['STORY'], (counts) => counts.count('links', 0, 12)],
};

const BREAKDOWNS: Readonly<Record<string, readonly [dimension: string, keys: readonly string[]]>> = {
  profile_activity: ['action_type', ['bio_link_clicked', 'direction', 'email', 'other']],
  navigation: ['story_navigation_action_type', ['tap_forward', 'tap_back', 'tap_exit', 'swipe_forward']],
};

/** The call's metrics for one media; one that does not fit fails the whole call, and nested calls with it. */
export function mediaInsights(media: Media, ask: Ask): unknown {
  const account = ask.meta.directory.instagram(media.instagramId);
  if (account === undefined) throw unknownObject(media.id);
  needInstagramInsights(ask, account);
  const names = askedMetrics(ask);
  const unknown = names.findIndex((name) => !Object.hasOwn(METRICS, name));
  if (unknown >= 0) {
    throw invalidParameter(
      `metric[${unknown}] must be one of the following values: ${Object.keys(METRICS).join(', ')}`,
    );
  }
  refuseOldMedia(media, ask);
  const unfit = names.filter((name) => METRICS[name]?.[0].includes(media.product) !== true);
  if (unfit.length > 0) {
    throw invalidParameter(
      `The Media Insights API does not support the ${unfit.join(', ')} metric for this media product type.`,
      { type: 'IGApiException' },
    );
  }
  if (names.some((name) => name === 'crossposted_views' || name === 'facebook_views') && !media.sharedToFeed) {
    throw new GraphError(-1, 'Fatal', { subcode: 2207086, type: 'IGApiException', status: 400 });
  }
  const counts = new MediaCounts(media, ask);
  // Stories seen by fewer than five people tell nothing; what is not available yet is an empty list, not a zero.
  if (media.product === 'STORY' && counts.reach < 5) {
    throw new GraphError(10, '(#10) Not enough viewers for the media to show insights', { type: 'IGApiException' });
  }
  if (hasNone(media, ask)) return { data: [] };
  return { data: names.map((name) => rowOf(name, counts, ask)) };
}

function rowOf(name: string, counts: MediaCounts, ask: Ask): unknown {
  const value = METRICS[name]?.[1](counts) ?? 0;
  const shown = {
    name,
    period: 'lifetime',
    title: title(name),
    description: `${title(name)} of this media.`,
    id: `${counts.media.id}/insights/${name}/lifetime`,
  };
  const breakdown = ask.args.get('breakdown');
  if (breakdown === undefined) return { ...shown, values: [{ value }] };
  const [dimension, keys] = BREAKDOWNS[name] ?? [];
  if (dimension !== breakdown || keys === undefined) throw new GraphError(1, 'An unknown error has occurred.');
  const results = keys
    .map((key, index) => ({ dimension_values: [key], value: Math.floor((value * (4 - index)) / 10) }))
    .filter((result) => result.value > 0);
  return { ...shown, total_value: { value, breakdowns: [{ dimension_keys: [dimension], results }] } };
}

/** Parts of a carousel have no insights, small accounts neither, young media not yet, and stories only while they are shown. */
function hasNone(media: Media, ask: Ask): boolean {
  const { settings } = ask.meta;
  const age = ask.now - media.createdAt;
  return (
    media.parentId !== undefined ||
    settings.is('no_insights', 'on', personOf(ask)) ||
    (media.product === 'STORY' && age >= 24 * 3_600_000) ||
    (age < 48 * 3_600_000 && settings.is('insights_delay', 'on', personOf(ask)))
  );
}

/** Permanent for the media: it was posted while the account was still personal. */
function refuseOldMedia(media: Media, ask: Ask): void {
  if (ask.meta.directory.mark(media.id, 'predates_business') === undefined) return;
  throw new GraphError(100, 'Invalid parameter', {
    subcode: 2108006,
    title: 'Media Posted Before Business Account Conversion',
    userMessage:
      'Error, the media was posted before the most recent time that the user converted to a business account from a personal account.',
  });
}

export const personOf = (ask: Ask): string | undefined =>
  ask.viewer.kind === 'app' ? undefined : ask.viewer.person.id;
