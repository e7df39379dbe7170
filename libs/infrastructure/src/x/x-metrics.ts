/** Maps X's figures to our metrics, with a reason wherever one is missing. docs/providers/x.md, "Metrics". */
import type { MetricName, MetricValue, MissingReason } from '@domain/sync/metric.js';
import type { XProblem } from './x-problem.js';
import type { XMeasured, XPost } from './x-wire.js';

export type Metrics = Partial<Record<MetricName, MetricValue>>;

const PRIVATE_METRICS = {
  clicks: 'url_link_clicks',
  profile_clicks: 'user_profile_clicks',
  engagements: 'engagements',
} as const;

type PrivateName = keyof typeof PRIVATE_METRICS;
const PRIVATE_NAMES = Object.keys(PRIVATE_METRICS) as PrivateName[];

/** X gives the author's own figures for this long after the post. */
const PRIVATE_FOR_MS = 30 * 86_400_000;

export function publicMetrics(post: XPost): Metrics {
  const given = post.metrics;
  return {
    views: valueOr(given?.impression_count, 'not_provided'),
    likes: valueOr(given?.like_count, 'not_provided'),
    comments: valueOr(given?.reply_count, 'not_provided'),
    shares: valueOr(given?.repost_count ?? given?.retweet_count, 'not_provided'),
    quotes: valueOr(given?.quote_count, 'not_provided'),
    saves: valueOr(given?.bookmark_count, 'not_provided'),
  };
}

/** Why private figures are not requested; null where they are available. */
export function privateRefusal(post: XPost, accountId: string, now: Date): MissingReason | null {
  // A repost's own figures do not exist; X answers with errors or leaves the post out.
  if (post.isRepost) return 'not_provided';
  if (post.authorId !== null && post.authorId !== accountId) return 'not_permitted';
  return post.createdAt !== null && now.getTime() - post.createdAt.getTime() >= PRIVATE_FOR_MS ? 'too_old' : null;
}

export function missingPrivateMetrics(reason: MissingReason): Metrics {
  return Object.fromEntries(PRIVATE_NAMES.map((name) => [name, { value: null, reason }]));
}

/** Refusals come field by field inside a 200; `errors` are those of this post. */
export function privateMetrics(measured: XMeasured | undefined, errors: readonly XProblem[]): Metrics {
  return Object.fromEntries(
    PRIVATE_NAMES.map((name) => {
      const field = PRIVATE_METRICS[name];
      const refused = errors.find((error) => isAbout(error, field));
      const value = measured?.non_public_metrics?.[field];
      return [name, valueOr(value, refused ? reasonOf(refused) : 'not_provided')];
    }),
  );
}

function isAbout(error: XProblem, field: string): boolean {
  return error.field === null || error.field === 'non_public_metrics' || error.field === `non_public_metrics.${field}`;
}

function reasonOf(error: XProblem): MissingReason {
  const refusals = ['not-authorized-for-field', 'field-unauthorized', 'not-authorized-for-resource'];
  return error.tail !== null && refusals.includes(error.tail) ? 'not_permitted' : 'not_provided';
}

function valueOr(value: number | null | undefined, reason: MissingReason): MetricValue {
  return value === null || value === undefined ? { value: null, reason } : { value };
}
