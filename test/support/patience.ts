// How long tests wait for a condition: until it holds, and no test passes because a time was long enough.

/** Only a failure takes this long. A machine with ten times the load of an idle one is still served. */
export const PATIENCE_MS = 120_000;
