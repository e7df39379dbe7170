/** Describes the differences between reading a Page's posts and an Instagram account's media. */
import type { ObservedPost } from '@application/ports/reading-api.js';
import type { MetricName, MetricValue } from '@domain/sync/metric.js';
import type { Reader } from '@infrastructure/http/record.js';
import type { Insights, InsightsBody } from './insights.js';

/** A post as listed, of either platform. */
export interface ListedPost {
  readonly id: string;
  readonly insights?: InsightsBody | null | undefined;
}

export type ReadPost = Omit<ObservedPost, 'metrics'> & {
  readonly metrics: Readonly<Partial<Record<MetricName, MetricValue | undefined>>>;
};

/** A count of the post itself where it has one, else the figure of its insights. */
export const countOr = (
  count: number | null | undefined,
  otherwise: MetricValue | undefined,
): MetricValue | undefined => (count === null || count === undefined ? otherwise : { value: count });

export interface PostKind<T extends ListedPost> {
  readonly edge: string;
  readonly route: string;
  /** The scope without which Meta refuses the insights, and with them the whole list. */
  readonly insightsScope: string;
  /** Insights that every kind of post on this edge has; a metric that one lacks fails the whole list. */
  readonly insights: readonly string[];
  readonly listed: Reader<T>;
  /** Fields to ask for, without insights; the largest set first, the smallest one last. */
  fields(scopes: readonly string[]): readonly string[];
  /** What the platform tells apart and may know different metrics of (a reel, a carousel); null where it does not say. */
  formatOf(post: T): string | null;
  /** undefined stands for a metric that could not be asked for. */
  observed(post: T, insights: Insights): ReadPost;
}
