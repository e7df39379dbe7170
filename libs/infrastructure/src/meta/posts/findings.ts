/** What one reading has found out about metrics. A finding is about the formats that were asked, and about no other. */
import type { MissingReason } from '@domain/sync/metric.js';
import type { ListedPost } from './post-kind.js';

/** Of a format with fewer posts than this nothing is concluded: one post that refuses a metric says little of the metric. */
export const FEWEST_VOTES = 2;

/** Formats that a page is sampled for, the commonest: each of them costs three calls for each metric. */
const MOST_FORMATS = 3;

export type Reasons = ReadonlyMap<string, MissingReason>;

export class Findings {
  private readonly ofFormats = new Map<string, Map<string, MissingReason>>();

  /** @param metrics those that may be asked for at all */
  constructor(
    private readonly metrics: readonly string[],
    private readonly ofAll: Reasons,
  ) {}

  learn(found: ReadonlyMap<string, Reasons>): void {
    for (const [format, reasons] of found)
      this.ofFormats.set(format, new Map([...(this.ofFormats.get(format) ?? []), ...reasons]));
  }

  /** What a list may ask of all its posts: metrics that no format was found to refuse. */
  get common(): readonly string[] {
    const refused = [...this.ofFormats.values()].flatMap((reasons) => [...reasons.keys()]);
    return this.metrics.filter((metric) => !refused.includes(metric));
  }

  wanted(format: string | null): readonly string[] {
    const missing = this.missing(format);
    return this.metrics.filter((metric) => !missing.has(metric));
  }

  missing(format: string | null): Reasons {
    return new Map([...this.ofAll, ...((format === null ? null : this.ofFormats.get(format)) ?? [])]);
  }
}

/** By format: the newest of its posts, one from the middle and the oldest. Posts that name no format have none in common. */
export function samplesOf<T extends ListedPost>(
  posts: readonly T[],
  formatOf: (post: T) => string | null,
): ReadonlyMap<string, readonly string[]> {
  const groups = [...Map.groupBy(posts, formatOf)]
    .flatMap(([format, some]) => (format === null || some.length < FEWEST_VOTES ? [] : [[format, some] as const]))
    .toSorted(([, one], [, other]) => other.length - one.length)
    .slice(0, MOST_FORMATS);
  return new Map(
    groups.map(([format, some]) => {
      const picked = [some[0], some[Math.floor(some.length / 2)], some.at(-1)].flatMap((post) => post?.id ?? []);
      return [format, [...new Set(picked)]];
    }),
  );
}
