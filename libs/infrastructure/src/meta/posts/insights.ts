/**
 * Reads the insights of one post: Meta's figures by its own names, and why one is missing. docs/providers/meta.md,
 * "Insights with a list".
 */
import { z } from 'zod';
import { name } from '@infrastructure/http/fields.js';
import { listOf, plain, record } from '@infrastructure/http/record.js';
import type { MetricValue, MissingReason } from '@domain/sync/metric.js';

/** A number, or an object of numbers (reactions by kind; views split into paid and organic). */
const figure = plain(z.union([z.number(), z.record(z.string(), z.number())]));
type Figure = number | Readonly<Record<string, number>>;

const value = record('meta_insight_value', { value: figure });

export const insightsBody = record('meta_insights', {
  data: listOf(record('meta_insight', { name, values: listOf(value), total_value: value })),
});
export type InsightsBody = NonNullable<ReturnType<typeof insightsBody>>;

export class Insights {
  private readonly figures: ReadonlyMap<string, Figure>;

  /**
   * @param reasons why metrics are missing, by metric. `unread`: it was not requested, so no reason is given and an
   * earlier figure stays.
   */
  constructor(
    data: InsightsBody['data'],
    private readonly reasons: ReadonlyMap<string, MissingReason | 'unread'>,
  ) {
    const figures = new Map<string, Figure>();
    for (const { name: metric, values, total_value: total } of data) {
      const found = values?.[0]?.value ?? total?.value;
      if (metric && found !== null && found !== undefined) figures.set(metric, found);
    }
    this.figures = figures;
  }

  /**
   * The figure, its parts added up. Meta leaves out figures that it does not have, so neither absent nor empty is 0.
   */
  total(name: string): MetricValue | undefined {
    const found = this.figures.get(name);
    if (found === undefined || (typeof found === 'object' && Object.keys(found).length === 0))
      return this.missing(name);
    return this.counted(sumOf(found), name);
  }

  /** A figure that is an object of kinds, of which Meta leaves out those that are zero: here empty is 0. */
  kinds(name: string): MetricValue | undefined {
    const found = this.figures.get(name);
    return found === undefined ? this.missing(name) : this.counted(sumOf(found), name);
  }

  /** One part of a figure that is an object. Meta leaves out parts that are zero, so here absent is 0. */
  part(name: string, part: string): MetricValue | undefined {
    const found = this.figures.get(name);
    if (found === undefined || typeof found === 'number') return this.missing(name);
    return this.counted(Object.hasOwn(found, part) ? (found[part] ?? 0) : 0, name);
  }

  private missing(name: string): MetricValue | undefined {
    const reason = this.reasons.get(name) ?? 'not_provided';
    return reason === 'unread' ? undefined : { value: null, reason };
  }

  private counted(value: number, name: string): MetricValue | undefined {
    return Number.isSafeInteger(value) && value >= 0 ? { value } : this.missing(name);
  }
}

const sumOf = (found: Figure): number =>
  typeof found === 'number' ? found : Object.values(found).reduce((total, part) => total + part, 0);
