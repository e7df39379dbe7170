/** The metrics of an Instagram account as the contract sheet lists them (docs/providers/meta.md, "Account insights"). Metrics of Pages, posts and media are tables in `insights/`, beside what computes them. */

/** `total_value` metrics with the most that a day brings, and the breakdowns each allows. */
export const ACCOUNT_TOTALS: Readonly<Record<string, readonly [most: number, breakdowns: readonly string[]]>> = {
  accounts_engaged: [60, []],
  views: [900, ['follow_type', 'media_product_type']],
  reach: [500, ['follow_type', 'media_product_type']],
  total_interactions: [120, ['media_product_type']],
  likes: [90, ['media_product_type']],
  comments: [15, ['media_product_type']],
  shares: [12, ['media_product_type']],
  saves: [18, ['media_product_type']],
  replies: [4, []],
  reposts: [4, []],
  follows_and_unfollows: [8, ['follow_type']],
  profile_links_taps: [7, ['contact_button_type']],
};

/** Accepted names whose values are always empty. */
export const ACCOUNT_EMPTY: readonly string[] = ['profile_views', 'website_clicks'];
export const ACCOUNT_DEMOGRAPHICS: readonly string[] = [
  'follower_demographics',
  'engaged_audience_demographics',
  'reached_audience_demographics',
];
export const ACCOUNT_SERIES: readonly string[] = ['reach', 'follower_count', 'online_followers'];
export const ACCOUNT_METRICS: readonly string[] = [
  ...new Set([...Object.keys(ACCOUNT_TOTALS), ...ACCOUNT_SERIES, ...ACCOUNT_EMPTY, ...ACCOUNT_DEMOGRAPHICS]),
];

export const BREAKDOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  follow_type: ['FOLLOWER', 'NON_FOLLOWER', 'UNKNOWN'],
  media_product_type: ['POST', 'REEL', 'STORY'],
  contact_button_type: ['DIRECTION', 'EMAIL', 'TEXT'],
  age: ['18-24', '25-34', '35-44'],
  city: ['Lisbon, Portugal', 'Porto, Portugal'],
  country: ['PT', 'ES', 'DE'],
  gender: ['F', 'M', 'U'],
};
