/** Which profile of a platform is meant when a publisher names none. */
import type { ProfileId } from '../ids.js';

/** The explicit choice; else the only publishable profile there is; else none. */
export function effectiveDefault(explicit: ProfileId | null, publishable: readonly ProfileId[]): ProfileId | null {
  if (explicit !== null) return explicit;
  return publishable.length === 1 ? publishable[0]! : null;
}
