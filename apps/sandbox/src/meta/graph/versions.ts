/** Graph's versions: which live, and which one really answers (docs/providers/meta.md, "Version, hosts, conventions"). */

/** Oldest living first. v20.0 died on 2026-09-24. */
const LIVING = ['v21.0', 'v22.0', 'v23.0', 'v24.0', 'v25.0', 'v26.0'] as const;
export const NEWEST = LIVING[LIVING.length - 1] ?? 'v26.0';

/** A dead version is silently served by the next oldest living one; one that does not exist yet is no path at all. */
export function servedVersion(asked: string): string | undefined {
  const number = Number(/^v(\d+\.\d+)$/.exec(asked)?.[1]);
  if (Number.isNaN(number)) return undefined;
  return LIVING.find((version) => Number(version.slice(1)) >= number);
}
