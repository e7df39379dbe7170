/**
 * Keeps results of a provider that exist in the memory of this process only: a token that was just rotated, a grant
 * that was just exchanged, a pair that is to be revoked. The write is retried until the database has them, for as long
 * as the process runs; a process that is asked to end waits for them.
 */
import { Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailable } from '../ports/database-unavailable.js';
import { Work } from '../ports/work.js';

/** Short: after an outage this process has to store the successor before another process presents the used-up token. */
const RETRY_MS = 200;
/**
 * How often a write is tried that the database refuses with an answer: that is a bug, which waiting does not change.
 */
const MOST_REFUSALS = 20;
/** How long a process that is asked to end waits. */
const PATIENCE_MS = 25_000;

@Injectable()
export class UnsavedResults implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly open = new Set<Promise<unknown>>();

  constructor(private readonly work: Work) {}

  /** Makes an ending process wait for `work`, which obtains something that would be lost with it. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.open.add(running);
    try {
      return await running;
    } finally {
      this.open.delete(running);
    }
  }

  /** Counts tries and reads no clock: a process that was suspended during a write loses none of them. */
  untilStored<T>(write: () => Promise<T>): Promise<T> {
    return this.guard(async () => {
      for (let refusals = 0; ;) {
        try {
          return await this.work.run(write);
        } catch (error) {
          if (!(error instanceof DatabaseUnavailable)) refusals += 1;
          if (refusals === MOST_REFUSALS) throw error;
          await sleep(RETRY_MS);
        }
      }
    });
  }

  /** Waits until nothing is unsaved any more, with a time-out. */
  async settled(): Promise<void> {
    const patience = new AbortController();
    const over = sleep(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    while (this.open.size > 0) {
      const all = Promise.allSettled(this.open).then(() => true);
      if (!(await Promise.race([all, over]))) return;
    }
    patience.abort();
  }

  /** While the web server still answers: a request that waits for a result gets it. */
  beforeApplicationShutdown(): Promise<void> {
    return this.settled();
  }

  /** Before the ORM closes its pool: waits for work that began while the server was closing. */
  onApplicationShutdown(): Promise<void> {
    return this.settled();
  }
}
