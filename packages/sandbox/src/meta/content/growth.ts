/** How counts grow: each is a fixed final value that a post approaches with its age, so that any reader at any clock agrees. */
import { between, chance } from '../../core/chance.js';

const HOUR = 3_600_000;

/**
 * A count `ageMs` after publication. Half of the final value is reached after one to two days; before publication it is 0.
 * It never falls with age by itself: falling counts are an event (a factor on the object), as providers' really fall.
 */
export function grown(key: string, finalLow: number, finalHigh: number, ageMs: number, factor = 1): number {
  if (ageMs <= 0) return 0;
  const final = between(key, finalLow, finalHigh);
  const halfLife = (24 + 24 * chance(`${key}/pace`)) * HOUR;
  return Math.floor(final * (1 - 2 ** (-ageMs / halfLife)) * factor);
}

/** A slowly growing total such as followers: a base plus a daily gain. */
export function accumulated(key: string, base: number, sinceMs: number, factor = 1): number {
  const perDay = between(`${key}/gain`, 1, Math.max(2, Math.floor(base / 400)));
  return Math.floor((base + (Math.max(0, sinceMs) / (24 * HOUR)) * perDay) * factor);
}
