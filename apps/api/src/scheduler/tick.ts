/**
 * Runs one tick at a time in this process; a failing one is logged, and the next one follows. A watchdog stops waiting
 * for one that hangs: the schedule goes on, and the tables decide which process gets which work.
 */
import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailable } from '@application/ports/database-unavailable.js';

/** Longer than a few statements that each end at their time-out. */
const GIVE_UP_AFTER_MS = 120_000;

export class Tick {
  private static readonly underWay = new Set<Promise<void>>();

  private readonly log: Logger;
  private busy = false;

  constructor(
    name: string,
    private readonly giveUpAfterMs = GIVE_UP_AFTER_MS,
  ) {
    this.log = new Logger(name);
  }

  async run(work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const ticking = this.watched(this.guarded(work));
    Tick.underWay.add(ticking);
    await ticking;
    Tick.underWay.delete(ticking);
    this.busy = false;
  }

  /** Waits for the ticks in progress in this process. */
  static async settled(): Promise<void> {
    await Promise.all(Tick.underWay);
  }

  private async watched(ticking: Promise<void>): Promise<void> {
    const ended = new AbortController();
    const watchdog = sleep(this.giveUpAfterMs, 'hangs', { ref: false, signal: ended.signal }).catch(() => 'ended');
    const outcome = await Promise.race([ticking, watchdog]);
    ended.abort();
    if (outcome === 'hangs')
      this.log.error({ ms: this.giveUpAfterMs }, 'A tick hangs; the schedule continues without it.');
  }

  private async guarded(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // The outage is logged once, where it was detected.
      if (error instanceof DatabaseUnavailable) return;
      this.log.error({ err: error }, 'A tick failed; the next one tries again.');
    }
  }
}
