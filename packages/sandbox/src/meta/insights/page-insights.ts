/** Insights of a Page by day (docs/providers/meta.md, "Page-level"). */
import { needPageInsights } from '../graph/guard.js';
import { between } from '../../core/chance.js';
import { accumulated } from '../content/growth.js';
import { graphTime, type Ask } from '../graph/ask.js';
import { invalidParameter } from '../contract/errors.js';
import { timeArgument } from '../graph/paging.js';
import type { Page } from '../people/rows.js';
import { askedBreakdown, askedMetrics, insightsBody, invalidMetric, row, split, type MetricValue } from './insight.js';
import { personOf } from './media-insights.js';

const DAY = 86_400_000;
/** 08:00Z is midnight in Pacific winter time; the sandbox keeps winter all year. */
const PACIFIC_MIDNIGHT = 8 * 3_600_000;
const LONGEST_WINDOW_DAYS = 90;
const KEPT_DAYS = 2 * 365;

const DAILY: readonly string[] = ['day'];
const SPANS: readonly string[] = ['day', 'week', 'days_28'];

type Reader = (page: Page, day: number, factor: number) => MetricValue;

const dealt =
  (name: string, low: number, high: number): Reader =>
  (page, day, factor) =>
    Math.floor(between(`page/${page.serial}/${name}/${Math.floor(day / DAY)}`, low, high) * factor);

const METRICS: Readonly<Record<string, readonly [periods: readonly string[], read: Reader]>> = {
  page_follows: [DAILY, (page, day, factor) => followers(page, day, factor)],
  page_daily_follows: [DAILY, dealt('follows', 0, 9)],
  page_daily_follows_unique: [DAILY, dealt('follows', 0, 9)],
  page_daily_unfollows_unique: [DAILY, dealt('unfollows', 0, 3)],
  page_media_view: [SPANS, dealt('views', 40, 900)],
  page_total_media_view_unique: [SPANS, dealt('reach', 20, 600)],
  page_post_engagements: [SPANS, dealt('engagements', 2, 120)],
  page_views_total: [SPANS, dealt('visits', 3, 80)],
  page_total_actions: [SPANS, dealt('actions', 0, 12)],
  page_fan_adds_by_paid_non_paid_unique: [
    DAILY,
    (page, day, factor) => {
      const total = Number(dealt('follows', 0, 9)(page, day, factor));
      return { total, paid: 0, unpaid: total };
    },
  ],
  page_lifetime_engaged_followers_unique: [DAILY, dealt('engaged', 20, 200)],
  page_video_views: [SPANS, dealt('video', 0, 300)],
};

export function followers(page: Page, now: number, factor = 1): number {
  return accumulated(`page/${page.serial}/followers`, page.followers, now - page.createdAt, factor);
}

export function pageInsights(page: Page, ask: Ask): unknown {
  needPageInsights(ask, page);
  const names = askedMetrics(ask);
  if (names.some((name) => !Object.hasOwn(METRICS, name))) throw invalidMetric();
  const period = ask.args.get('period') ?? 'day';
  if (!SPANS.includes(period)) throw invalidParameter('period must be one of the following values: day, week, days_28');
  if (names.some((name) => METRICS[name]?.[0].includes(period) !== true)) throw invalidMetric();
  const { since, until } = window(ask);
  const factor = Number(ask.meta.directory.mark(page.id, 'factor') ?? 1);
  // Pages under 100 likes get nothing, and no error either.
  if (followers(page, ask.now, factor) < 100 || ask.meta.settings.is('no_insights', 'on', personOf(ask)))
    return { data: [] };
  const kept = ask.now - KEPT_DAYS * DAY;
  if (until <= kept) return { data: [] };
  const by = askedBreakdown(ask);
  const days = period === 'day' ? 1 : period === 'week' ? 7 : 28;
  const data = names.map((name) => {
    const read = METRICS[name]?.[1];
    const values = ends(Math.max(since, kept), until).flatMap((end) => {
      const value = read === undefined ? 0 : over(read, page, end, days, factor);
      return split(name, { value, end_time: graphTime(end) }, by);
    });
    return row(page.id, name, period, values);
  });
  return insightsBody(ask, data, since, until);
}

/** Names of windows that end now, in days; the others of Meta's list are not played here. */
const PRESETS: Readonly<Record<string, number>> = {
  today: 1,
  yesterday: 2,
  last_3d: 3,
  last_7d: 7,
  last_14d: 14,
  last_28d: 28,
  last_30d: 30,
  last_90d: 90,
};

/** Since and until of the call; without them the last two closed days. */
function window(ask: Ask): { since: number; until: number } {
  const preset = ask.args.get('date_preset');
  const days = preset === undefined ? 2 : PRESETS[preset];
  if (days === undefined)
    throw invalidParameter(`Param date_preset must be one of {${Object.keys(PRESETS).join(', ')}}`);
  const until = timeArgument(ask, 'until') ?? ask.now;
  const since = timeArgument(ask, 'since') ?? until - days * DAY;
  if (since > until) throw invalidParameter('Since must be before until');
  if (until - since > LONGEST_WINDOW_DAYS * DAY) {
    throw invalidParameter('There cannot be more than 90 days (7776000 s) between since and until');
  }
  return { since, until: Math.min(until, ask.now) };
}

/** Pacific midnights that close a day inside the window. */
function ends(since: number, until: number): number[] {
  const list: number[] = [];
  let end = Math.floor((since - PACIFIC_MIDNIGHT) / DAY) * DAY + PACIFIC_MIDNIGHT + DAY;
  for (; end <= until; end += DAY) list.push(end);
  return list;
}

function over(read: Reader, page: Page, end: number, days: number, factor: number): MetricValue {
  if (days === 1) return read(page, end - DAY, factor);
  let sum = 0;
  for (let i = 1; i <= days; i += 1) sum += Number(read(page, end - i * DAY, factor));
  return sum;
}
