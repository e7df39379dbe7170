/** Graph's versions: which live, and which one really answers (docs/providers/meta.md, "Version, hosts, conventions"). */

/** Those that are served here, oldest first. v27.0 came out on 2026-11-04; versions before v25.0 live on at Meta, and not here. */
const LIVING = ['v25.0', 'v26.0', 'v27.0'] as const;
export const NEWEST = LIVING[LIVING.length - 1] ?? 'v27.0';

/** A dead version is silently served by the next oldest living one; one that does not exist yet is no path at all. */
export function servedVersion(asked: string): string | undefined {
  const number = Number(/^v(\d+\.\d+)$/.exec(asked)?.[1]);
  if (Number.isNaN(number)) return undefined;
  return LIVING.find((version) => Number(version.slice(1)) >= number);
}
