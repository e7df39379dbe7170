/** Insights of an Instagram account (docs/providers/meta.md, "Account insights"). */
import { needInstagramInsights } from '../graph/guard.js';
import { between } from '../../core/chance.js';
import { accumulated } from '../content/growth.js';
import { graphTime, type Ask } from '../graph/ask.js';
import {
  ACCOUNT_DEMOGRAPHICS,
  ACCOUNT_EMPTY,
  ACCOUNT_METRICS,
  ACCOUNT_SERIES,
  ACCOUNT_TOTALS,
  BREAKDOWN_KEYS,
} from '../contract/metrics.js';
import { GraphError, invalidParameter } from '../contract/errors.js';
import { timeArgument } from '../graph/paging.js';
import type { Instagram } from '../people/rows.js';
import { askedMetrics, insightsBody, title } from './insight.js';
import { personOf } from './media-insights.js';

const DAY = 86_400_000;
const KEPT_DAYS = 90;

export function instagramFollowers(account: Instagram, now: number, factor = 1): number {
  return accumulated(`instagram/${account.serial}/followers`, account.followers, now - account.createdAt, factor);
}

export function accountInsights(account: Instagram, ask: Ask): unknown {
  needInstagramInsights(ask, account);
  const names = askedMetrics(ask);
  const unknown = names.findIndex((name) => !ACCOUNT_METRICS.includes(name));
  if (unknown >= 0) {
    throw invalidParameter(`metric[${unknown}] must be one of the following values: ${ACCOUNT_METRICS.join(', ')}`);
  }
  const { since, until } = window(ask);
  const kept = Math.max(since, ask.now - KEPT_DAYS * DAY);
  if (ask.meta.settings.is('no_insights', 'on', personOf(ask))) return { data: [] };
  const factor = Number(ask.meta.directory.mark(account.id, 'factor') ?? 1);
  const small = instagramFollowers(account, ask.now, factor) < 100;
  const data = names
    .filter(
      (name) => !ACCOUNT_EMPTY.includes(name) && !(small && ['follower_count', 'follows_and_unfollows'].includes(name)),
    )
    .map((name) => oneMetric(account, name, ask, { since: kept, until, factor }))
    .filter((metric) => metric !== undefined);
  return insightsBody(ask, data, since, until);
}

interface Span {
  readonly since: number;
  readonly until: number;
  readonly factor: number;
}

function oneMetric(account: Instagram, name: string, ask: Ask, span: Span): unknown {
  const type = ask.args.get('metric_type') ?? 'time_series';
  const demographic = ACCOUNT_DEMOGRAPHICS.includes(name);
  const period = ask.args.get('period') ?? (demographic ? 'lifetime' : 'day');
  if (type !== 'total_value' && !ACCOUNT_SERIES.includes(name)) {
    throw invalidParameter(
      `The following metrics (${name}) should be specified with parameter metric_type=total_value`,
    );
  }
  if (type === 'total_value' && (name === 'follower_count' || name === 'online_followers')) {
    throw invalidParameter(`Incompatible metric type (total_value) with metric (${name})`);
  }
  const fits = demographic || name === 'online_followers' ? 'lifetime' : 'day';
  if (period !== fits) throw invalidParameter(`Incompatible period (${period}) with metric (${name})`);
  if (demographic && !['this_week', 'this_month'].includes(ask.args.get('timeframe') ?? '')) {
    throw invalidParameter('timeframe must be one of the following values: this_week, this_month');
  }
  const shown = {
    name,
    period,
    title: title(name),
    description: `${title(name)} of this account.`,
    id: `${account.id}/insights/${name}/${period}`,
  };
  const days = daysOf(span);
  // Days that are no longer kept have no values; demographics are of a lifetime.
  if (days.length === 0 && !demographic) return undefined;
  if (type !== 'total_value') {
    const values = days.map((day) => ({
      value: daily(account, name, day, span.factor),
      end_time: graphTime(pacificMidnight(day)),
    }));
    return { ...shown, values };
  }
  const value = demographic
    ? account.followers
    : days.reduce((sum, day) => sum + daily(account, name, day, span.factor), 0);
  return { ...shown, total_value: withBreakdown(name, value, ask, demographic) };
}

function withBreakdown(name: string, value: number, ask: Ask, demographic: boolean): unknown {
  const breakdown = ask.args.get('breakdown');
  if (breakdown === undefined) return { value };
  const allowed = demographic ? ['age', 'city', 'country', 'gender'] : (ACCOUNT_TOTALS[name]?.[1] ?? []);
  const keys = BREAKDOWN_KEYS[breakdown];
  // Not a parameter error: Graph answers an unsupported breakdown as if something of its own had failed.
  if (!allowed.includes(breakdown) || keys === undefined) throw new GraphError(1, 'An unknown error has occurred.');
  const results = keys.map((key, index) => ({
    dimension_values: [key],
    value: Math.floor((value * (5 - index)) / 12),
  }));
  return { value, breakdowns: [{ dimension_keys: [breakdown], results }] };
}

const daily = (account: Instagram, name: string, day: number, factor: number): number =>
  Math.floor(
    between(`instagram/${account.serial}/${name}/${Math.floor(day / DAY)}`, 0, ACCOUNT_TOTALS[name]?.[0] ?? 20) *
      factor,
  );

/** Series end at Pacific midnight: 08:00Z in winter, 07:00Z from the second Sunday of March to the first of November. */
function pacificMidnight(day: number): number {
  const midnight = Math.floor(day / DAY) * DAY;
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', hour: '2-digit', hourCycle: 'h23' }).format(
      midnight + 8 * 3_600_000,
    ),
  );
  return midnight + (8 - hour) * 3_600_000;
}

/** The days that the window touches; without since and until, the last 24 hours. */
function daysOf({ since, until }: Span): number[] {
  const days: number[] = [];
  for (let day = until; day > since; day -= DAY) days.push(day);
  return days.toReversed();
}

function window(ask: Ask): { since: number; until: number } {
  const until = timeArgument(ask, 'until') ?? ask.now;
  const since = timeArgument(ask, 'since') ?? until - DAY;
  if (since >= until) throw invalidParameter('since must be before until');
  if (until - since > 30 * DAY) {
    const plain = ask.meta.settings.is('insights_range_error', 'plain');
    throw invalidParameter(
      plain ? 'The time range is too large' : 'There cannot be more than 30 days (2592000 s) between since and until',
    );
  }
  return { since, until };
}
