/** One tick at a time in this process; a failing one is logged, and the next one comes anyway. */
import { Logger } from '@nestjs/common';
import { DatabaseUnavailable } from '@application/ports/database-unavailable.js';

export class Tick {
  private static readonly underWay = new Set<Promise<void>>();

  private readonly log: Logger;
  private busy = false;

  constructor(name: string) {
    this.log = new Logger(name);
  }

  async run(work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const ticking = this.guarded(work);
    Tick.underWay.add(ticking);
    await ticking;
    Tick.underWay.delete(ticking);
    this.busy = false;
  }

  /** Waits for whatever ticks in this process at this moment. */
  static async settled(): Promise<void> {
    await Promise.all(Tick.underWay);
  }

  private async guarded(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // Reported once for all, where it was met.
      if (error instanceof DatabaseUnavailable) return;
      this.log.error({ err: error }, 'A tick failed; the next one tries again.');
    }
  }
}
