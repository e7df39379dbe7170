/** When a tracked profile is due: once in each UTC hour, at its own minute, so that the load is spread. */

export const HOUR_MS = 3_600_000;

/** A fixed time within the hour for each profile, from its id: the same in every process. */
export function offsetMs(profileId: string): number {
  let hash = 2_166_136_261; // FNV-1a, 32 bit
  for (const unit of profileId) hash = Math.imul(hash ^ unit.charCodeAt(0), 16_777_619) >>> 0;
  return hash % HOUR_MS;
}

/** The hour a run belongs to. One profile has at most one scheduled run in it. */
export function slotOf(dueAt: Date): Date {
  return new Date(Math.floor(dueAt.getTime() / HOUR_MS) * HOUR_MS);
}

/** The next time after `now`: after hours of downtime a profile is due once, not once for each missed hour. */
export function nextDue(profileId: string, now: Date): Date {
  const offset = offsetMs(profileId);
  const thisHour = slotOf(now).getTime() + offset;
  return new Date(thisHour > now.getTime() ? thisHour : thisHour + HOUR_MS);
}
