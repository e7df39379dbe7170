/** What is different between reading a Page's posts and an Instagram account's media. */
import type { ZodType } from 'zod';
import type { ObservedPost } from '@application/ports/provider.js';
import type { MetricName, MetricValue } from '@domain/sync/metric.js';
import type { Insights, InsightsBody } from './insights.js';

/** A post as listed, whichever platform it is of. */
export interface ListedPost {
  readonly id: string;
  readonly insights?: InsightsBody | null | undefined;
}

export type ReadPost = Omit<ObservedPost, 'metrics'> & {
  readonly metrics: Readonly<Partial<Record<MetricName, MetricValue | undefined>>>;
};

export interface PostKind<T extends ListedPost> {
  readonly edge: string;
  readonly route: string;
  /** The scope without which Meta refuses the insights, and with them the whole list. */
  readonly insightsScope: string;
  /** Insights that every kind of post on this edge knows; one that does not would spoil the list. */
  readonly insights: readonly string[];
  readonly listed: ZodType<T>;
  /** Fields to ask for, without insights; richest first, the last one as plain as can be. */
  fields(scopes: readonly string[]): readonly string[];
  /** undefined stands for a metric that could not be asked for. */
  observed(post: T, insights: Insights): ReadPost;
}
