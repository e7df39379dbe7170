/** Insights of one post: Meta's figures by its own names, and why one is missing. docs/providers/meta.md, "Insights with a list". */
import { z } from 'zod';
import type { MetricValue, MissingReason } from '@domain/sync/metric.js';

/** A number, or an object of numbers (reactions by kind; views split into paid and organic). */
const figure = z.union([z.number(), z.record(z.string(), z.number())]);
type Figure = z.infer<typeof figure>;

export const insightsBody = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      values: z.array(z.object({ value: figure.optional() })).optional(),
      total_value: z.object({ value: figure.optional() }).optional(),
    }),
  ),
});
export type InsightsBody = z.infer<typeof insightsBody>;

export class Insights {
  private readonly figures: ReadonlyMap<string, Figure>;

  /**
   * `reasons` tells of single metrics, `otherwise` of all the rest, should they be missing. `unread`: we did not get to
   * ask, so there is nothing to say and an earlier figure stays what it is.
   */
  constructor(
    body: InsightsBody | null,
    private readonly otherwise: MissingReason | 'unread' = 'not_provided',
    private readonly reasons: ReadonlyMap<string, MissingReason> = new Map(),
  ) {
    const figures = new Map<string, Figure>();
    for (const { name, values, total_value: total } of body?.data ?? []) {
      const value = values?.[0]?.value ?? total?.value;
      if (value !== undefined) figures.set(name, value);
    }
    this.figures = figures;
  }

  /** The figure, its parts added up. Meta leaves out what it does not know, so absent is never 0. */
  total(name: string): MetricValue | undefined {
    const found = this.figures.get(name);
    if (found === undefined) return this.missing(name);
    const sum = typeof found === 'number' ? found : Object.values(found).reduce((total, part) => total + part, 0);
    return this.counted(sum, name);
  }

  /** One part of a figure that is an object. Meta leaves out parts that are zero, so here absent is 0. */
  part(name: string, part: string): MetricValue | undefined {
    const found = this.figures.get(name);
    if (found === undefined || typeof found === 'number') return this.missing(name);
    return this.counted(Object.hasOwn(found, part) ? (found[part] ?? 0) : 0, name);
  }

  /** A count of the post itself where it has one, else the figure. */
  countOr(count: number | null, name: string): MetricValue | undefined {
    return count === null ? this.total(name) : { value: count };
  }

  private missing(name: string): MetricValue | undefined {
    const reason = this.reasons.get(name) ?? this.otherwise;
    return reason === 'unread' ? undefined : { value: null, reason };
  }

  private counted(value: number, name: string): MetricValue | undefined {
    return Number.isSafeInteger(value) && value >= 0 ? { value } : this.missing(name);
  }
}

/** A count on a post; null for what is missing or cannot be one. */
export const countOrNull = z
  .number()
  .nullish()
  .transform((value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null));

/** `2026-11-20T08:15:30+0000`: ISO 8601 without the colon that RFC 3339 wants. */
export const graphTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:?\d{2}$/)
  .transform((text) => new Date(text.replace(/(\d{2}):?(\d{2})$/, '$1:$2')))
  .refine((time) => !Number.isNaN(time.getTime()));
