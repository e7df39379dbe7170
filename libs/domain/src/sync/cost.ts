/** What reading costs: X bills each post that it returns (docs/providers/x.md "Billing"); Meta bills nothing. */
import type { Platform } from '../platform.js';

const X_POST_READ_USD = 0.005;

/** US dollars, at worst: X counts a post once per UTC day and endpoint kind. */
export function costUsd(platform: Platform, billedReads: number): number {
  return platform === 'x' ? billedReads * X_POST_READ_USD : 0;
}
