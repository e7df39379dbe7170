/** The counts in each group of a post's metrics, in X's order (docs/providers/x.md §3.4). */
export const COUNTS = [
  'impression_count',
  'like_count',
  'reply_count',
  'repost_count',
  'quote_count',
  'bookmark_count',
  'url_link_clicks',
  'user_profile_clicks',
  'engagements',
] as const;
export type Count = (typeof COUNTS)[number];

export const METRIC_GROUPS = {
  public_metrics: ['repost_count', 'reply_count', 'like_count', 'quote_count', 'bookmark_count', 'impression_count'],
  non_public_metrics: ['impression_count', 'url_link_clicks', 'user_profile_clicks', 'engagements'],
  organic_metrics: [
    'impression_count',
    'like_count',
    'reply_count',
    'repost_count',
    'url_link_clicks',
    'user_profile_clicks',
  ],
  promoted_metrics: [
    'impression_count',
    'like_count',
    'reply_count',
    'repost_count',
    'url_link_clicks',
    'user_profile_clicks',
  ],
} as const satisfies Record<string, readonly Count[]>;
export type MetricGroup = keyof typeof METRIC_GROUPS;

/** The groups that only the author sees, and only for 30 days. */
export const PRIVATE_GROUPS = ['non_public_metrics', 'organic_metrics', 'promoted_metrics'] as const;
export type PrivateGroup = (typeof PRIVATE_GROUPS)[number];
