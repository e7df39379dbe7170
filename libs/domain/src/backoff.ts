/** How long durable work waits between its tries: twice as long each time, up to a limit. */
export interface Backoff {
  readonly firstSeconds: number;
  readonly mostSeconds: number;
}

/** @param tries that have failed so far, at least 1 */
export function waitSeconds({ firstSeconds, mostSeconds }: Backoff, tries: number): number {
  return Math.min(firstSeconds * 2 ** Math.min(tries - 1, 30), mostSeconds);
}
