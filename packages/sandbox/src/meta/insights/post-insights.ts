/** Insights of Page posts: which metrics are valid, which were withdrawn, and their numbers (docs/providers/meta.md, "Post metrics valid now"). */
import type { Ask } from '../graph/ask.js';
import { needPageInsights } from '../graph/guard.js';
import type { PagePost } from '../content/seeded-posts.js';
import { grown } from '../content/growth.js';
import { unknownObject } from '../contract/errors.js';
import { askedBreakdown, askedMetrics, insightsBody, invalidMetric, row, split, type MetricValue } from './insight.js';

const REACTIONS = ['like', 'love', 'wow', 'haha', 'sorry', 'anger'] as const;
const ACTIONS = ['like', 'comment', 'share'] as const;

/** A post's numbers at one moment. */
export class PostCounts {
  readonly age: number;
  private readonly factor: number;

  constructor(
    private readonly post: PagePost,
    ask: Ask,
  ) {
    this.age = ask.now - post.createdAt;
    this.factor = Number(ask.meta.directory.mark(post.id, 'factor') ?? 1);
  }

  count(name: string, low: number, high: number): number {
    return grown(`${this.post.key}/${name}`, low, high, this.age, this.factor);
  }

  get reach(): number {
    return this.count('reach', 60, 1400);
  }

  get views(): number {
    return this.reach + this.count('views_again', 10, 700);
  }

  get clicks(): number {
    return this.count('clicks', 0, 90);
  }

  /** Keys whose value is 0 are left out, as Graph leaves them out. */
  get reactions(): Record<string, number> {
    return nonzero(REACTIONS, (name) => this.count(`reaction/${name}`, 0, name === 'like' ? 120 : 12));
  }

  get actions(): Record<string, number> {
    const likes = sum(this.reactions);
    return nonzero(ACTIONS, (name) => (name === 'like' ? likes : name === 'comment' ? this.comments : this.shares));
  }

  get comments(): number {
    return this.count('comments', 0, 40);
  }

  get shares(): number {
    return this.count('shares', -6, 20) > 0 ? this.count('shares', -6, 20) : 0;
  }

  get videoViews(): number {
    return this.post.kind === 'video' || this.post.kind === 'reel' ? this.count('video_views', 30, 900) : 0;
  }
}

const sum = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((a, b) => a + b, 0);

function nonzero(names: readonly string[], count: (name: string) => number): Record<string, number> {
  const counted = names.map((name) => [name, count(name)] as const).filter(([, value]) => value > 0);
  return Object.fromEntries(counted);
}

const METRICS: Readonly<Record<string, (counts: PostCounts) => MetricValue>> = {
  post_media_view: (counts) => counts.views,
  post_total_media_view_unique: (counts) => counts.reach,
  post_clicks: (counts) => counts.clicks,
  post_clicks_by_type: (counts) => ({ 'other clicks': counts.clicks }),
  post_reactions_by_type_total: (counts) => counts.reactions,
  post_activity_by_action_type: (counts) => counts.actions,
  post_activity_by_action_type_unique: (counts) => counts.actions,
  post_video_views: (counts) => counts.videoViews,
  post_video_view_time: (counts) => counts.videoViews * 7300,
  post_video_avg_time_watched: (counts) => (counts.videoViews > 0 ? 7300 : 0),
  post_video_complete_views_30s_organic: (counts) => Math.floor(counts.videoViews / 5),
  post_video_complete_views_30s_paid: () => 0,
  post_video_retention_graph: (counts): MetricValue => (counts.videoViews > 0 ? { '0': 1, '1': 0.61, '2': 0.4 } : {}),
  ...Object.fromEntries(
    REACTIONS.map((name) => [`post_reactions_${name}_total`, (counts: PostCounts) => counts.reactions[name] ?? 0]),
  ),
};

/** Lifetime values of the metrics asked for; a dead or unknown name fails all of them. */
export function postInsights(post: PagePost, ask: Ask): unknown {
  const page = ask.meta.directory.page(post.pageId);
  if (page === undefined) throw unknownObject(post.id);
  needPageInsights(ask, page);
  const names = askedMetrics(ask);
  if (names.some((name) => !Object.hasOwn(METRICS, name))) throw invalidMetric();
  const by = askedBreakdown(ask);
  const counts = new PostCounts(post, ask);
  const data = names.map((name) =>
    row(post.id, name, 'lifetime', split(name, { value: METRICS[name]?.(counts) ?? 0 }, by)),
  );
  return insightsBody(ask, data);
}
