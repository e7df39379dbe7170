/** Durable work: rows that say what is due, claimed by one worker at a time, and claimed again where that worker is lost. See docs/durable-work.md. */
import type { Backoff } from '@domain/backoff.js';

/** The lease, backoff and end of one kind of work. Each port states its own beside its class. */
export interface WorkPolicy {
  /**
   * A claim lasts so long, by the database's clock. Where work takes longer the lease is renewed; where its worker
   * dies, another claims it then.
   */
  readonly leaseSeconds: number;
  /** Of work that a job starts: how long a job that was sent may take to be seen in the queue, or to begin. */
  readonly sentSeconds?: number;
  /** How long to wait after a try that failed. */
  readonly backoff: Backoff;
  /** After so many tries, or so long after it was requested; null: never. */
  readonly giveUpAfter: { readonly tries: number } | { readonly seconds: number } | null;
}

/** What each claim returns besides the work itself. */
export interface Claimed {
  /**
   * How often it has been claimed, this time included. It is the fence as well: a worker that was overtaken holds a
   * smaller number.
   */
  readonly tries: number;
  /** The policy allows no other try: work that fails now is given up. */
  readonly isLast: boolean;
}

/**
 * Claims and does due work in this process, a few at a time: work is claimed only when it can begin, so that no lease
 * expires while it waits.
 * @throws AggregateError of what failed, after all others were done
 */
export async function workThrough<Work>(
  most: number,
  claimDue: () => Promise<readonly Work[]>,
  act: (claimed: Work) => Promise<unknown>,
): Promise<void> {
  const errors: unknown[] = [];
  let done = 0;
  for (;;) {
    const claimed = await claimDue();
    const acted = await Promise.allSettled(claimed.map(act));
    errors.push(...acted.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])));
    done += claimed.length;
    if (claimed.length === 0 || done >= most) break;
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${done} failed.`);
}
