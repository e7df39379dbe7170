/** What is measured on a post: one set of names for all platforms, and a reason where a value is missing. */

/**
 * `views` (X impressions, Facebook and Instagram views) · `reach` (distinct viewers) · `likes` · `reactions` (Facebook,
 * all kinds together) · `comments` (X replies) · `shares` (X reposts) · `quotes` · `saves` (X bookmarks) · `clicks` (on
 * links) · `profile_clicks` · `engagements` (the platform's own total).
 */
export const METRICS = [
  'views',
  'reach',
  'likes',
  'reactions',
  'comments',
  'shares',
  'quotes',
  'saves',
  'clicks',
  'profile_clicks',
  'engagements',
] as const;
export type MetricName = (typeof METRICS)[number];

/**
 * Why a metric has no value. `not_provided`: the platform answered without it · `too_old`: X gives private metrics for
 * 30 days only · `not_permitted`: a scope or the author's consent is missing · `retired`: the platform withdrew it ·
 * `before_business_account`: Instagram has no insights for media older than the switch to a business account.
 */
export const MISSING_REASONS = [
  'not_provided',
  'too_old',
  'not_permitted',
  'retired',
  'before_business_account',
] as const;
export type MissingReason = (typeof MISSING_REASONS)[number];

/** A count, or null with the reason why there is none; never 0 in place of "unknown". */
export type MetricValue =
  { readonly value: number; readonly reason?: undefined } | { readonly value: null; readonly reason: MissingReason };
