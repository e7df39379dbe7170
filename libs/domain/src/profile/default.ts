/** Decides which profile of a platform publishing uses where none is named. */
import type { ProfileId } from '../ids.js';

/** The explicit choice; else the only publishable profile of the platform; else none. */
export function effectiveDefault(explicit: ProfileId | null, publishable: readonly ProfileId[]): ProfileId | null {
  if (explicit !== null) return explicit;
  return publishable.length === 1 ? publishable[0]! : null;
}
