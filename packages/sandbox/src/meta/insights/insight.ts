/** What all insights have in common: metric lists, all-or-nothing refusals, and the shape of a row. */
import { wordsOf, type Ask } from '../graph/ask.js';
import { GraphError, invalidParameter } from '../contract/errors.js';

export type MetricValue = number | Readonly<Record<string, number>>;

export interface InsightValue {
  readonly value: MetricValue;
  readonly end_time?: string;
  readonly is_from_ads?: string;
  readonly is_from_followers?: string;
}

const SPLIT = new Set(['post_media_view', 'page_media_view']);

/** Views can be split by where they came from; here so many tenths of them did. */
const DIMENSIONS = { is_from_ads: 2, is_from_followers: 6 } as const;
type Dimension = keyof typeof DIMENSIONS;
const isDimension = (name: string): name is Dimension => Object.hasOwn(DIMENSIONS, name);

/** The dimension that the call wants views split by. */
export function askedBreakdown(ask: Ask): Dimension | undefined {
  const name = ask.args.get('breakdown');
  if (name === undefined || name === '') return undefined;
  if (isDimension(name)) return name;
  throw invalidParameter(`breakdown must be one of the following values: ${Object.keys(DIMENSIONS).join(', ')}`);
}

/** A value of views as one per side of the dimension; a side without any is left out, and other metrics stay whole. */
export function split(name: string, value: InsightValue, by: Dimension | undefined): InsightValue[] {
  if (by === undefined || typeof value.value !== 'number' || !SPLIT.has(name)) return [value];
  const inside = Math.floor((value.value * DIMENSIONS[by]) / 10);
  return [
    { ...value, value: value.value - inside, [by]: '0' },
    { ...value, value: inside, [by]: '1' },
  ].filter((side) => side.value > 0);
}

/** The metric names of the call. None at all is an error of its own. */
export function askedMetrics(ask: Ask): string[] {
  const names = wordsOf(ask.args.get('metric') ?? '');
  if (names.length > 0) return [...new Set(names)];
  throw new GraphError(3001, '(#3001) Insights requires the metric parameter', { subcode: 1504028 });
}

/** One bad name fails the whole call, and Graph does not say which it was. */
export const invalidMetric = (): GraphError => invalidParameter('The value must be a valid insights metric');

const titles = new Map<string, string>();

/** `post_media_view` as `Post Media View`; the names are few and asked for all the time. */
export function title(metric: string): string {
  let words = titles.get(metric);
  if (words === undefined) {
    words = metric
      .split('_')
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(' ');
    titles.set(metric, words);
  }
  return words;
}

export function row(
  ownerId: string,
  name: string,
  period: string,
  values: readonly InsightValue[],
): Record<string, unknown> {
  return {
    name,
    period,
    values,
    title: title(name),
    description: `${title(name)} of this object.`,
    id: `${ownerId}/insights/${name}/${period}`,
  };
}

/** Insights page by time and always offer both directions. */
export function insightsBody(ask: Ask, data: readonly unknown[], since?: number, until?: number): unknown {
  if (data.length === 0) return { data };
  const span = since !== undefined && until !== undefined ? until - since : 86_400_000;
  const end = until ?? ask.now;
  const begin = since ?? end - span;
  const begun = `${ask.meta.world.origin}/${ask.call.version}${ask.at}?${repeated(ask)}`;
  const url = (from: number, to: number): string =>
    `${begun}since=${Math.floor(from / 1000)}&until=${Math.floor(to / 1000)}`;
  return { data, paging: { previous: url(begin - span, begin), next: url(end, end + span) } };
}

/** The call's own parameters for its `paging` URLs; the token only where it came by the URL. */
function repeated(ask: Ask): string {
  let text = '';
  for (const [key, value] of ask.args) {
    if (NOT_REPEATED.has(key)) continue;
    text += `${encodeURIComponent(key)}=${encodeURIComponent(value)}&`;
  }
  if (ask.call.tokenInUrl && ask.call.token !== undefined) {
    text += `access_token=${encodeURIComponent(ask.call.token)}&`;
  }
  return text;
}

const NOT_REPEATED = new Set(['access_token', 'appsecret_proof', 'appsecret_time', 'fields', 'since', 'until']);
