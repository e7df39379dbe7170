/** Ordered things that an edge lists page by page, whether they are stored or computed. */

/**
 * Anything that can be counted and read by rank. Rank 0 is the oldest, so a cursor still means the same place
 * after something new was published; `at` gives undefined for what was deleted or is not for this viewer.
 */
export interface Listing<T> {
  readonly length: number;
  at(rank: number): T | undefined;
  /** Publication time, where the list takes `since` and `until`. */
  time?(item: T): number;
  readonly newestFirst: boolean;
  /** The highest rank at or below `rank` that can be as old as `until`: spares walking a million younger items. */
  skip?(rank: number, until: number): number;
}

export function listOf<T>(items: readonly T[], newestFirst = false): Listing<T> {
  return { length: items.length, at: (rank) => items[rank], newestFirst };
}
