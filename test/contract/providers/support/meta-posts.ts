/** Posts and insights for the tests of Meta's detours. */
import type { ObservedPost, PostsPage } from '@application/ports/reading-api.js';
import { graphError, insight } from './meta-samples.js';

export const SCOPES = ['read_insights', 'pages_read_user_content', 'instagram_manage_insights'];
export const PAGE_LIST = '/102000000000001/published_posts';
export const MEDIA_LIST = '/17841400000000001/media';

export const INVALID = graphError(100, undefined, '(#100) The value must be a valid insights metric');
export const TOO_OLD = graphError(100, 2108006, 'Media Posted Before Business Account Conversion');

export const post = (id: string, metrics?: readonly string[]) => ({
  id,
  created_time: '2026-11-20T08:15:30+0000',
  timestamp: '2026-11-20T08:15:30+0000',
  media_type: 'IMAGE',
  media_product_type: 'FEED',
  ...(metrics && { insights: { data: metrics.map((name) => insight(name, 7)) } }),
});

/** The metrics of an `insights.metric(a,b)` in a list's fields, or of a batch item's `?metric=a,b`. */
export const metricsIn = (words: string): readonly string[] => /metric[(=]([\w,]+)/.exec(words)?.[1]?.split(',') ?? [];
export const fieldsOf = (url: URL): string => url.searchParams.get('fields') ?? '';
export const idOf = (url: string): string => url.split('/')[0] ?? '';

export const figures = (pages: readonly PostsPage[]): Record<string, ObservedPost['metrics']> =>
  Object.fromEntries(pages.flatMap(({ posts }) => posts.map(({ externalId, metrics }) => [externalId, metrics])));
