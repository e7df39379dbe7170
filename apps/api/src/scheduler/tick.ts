/** One tick at a time in this process; a failing one is logged, and the next one comes anyway. */
import { Logger } from '@nestjs/common';

export class Tick {
  private readonly log: Logger;
  private busy = false;

  constructor(name: string) {
    this.log = new Logger(name);
  }

  async run(work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
    } catch (error) {
      this.log.error({ err: error }, 'A tick failed; the next one tries again.');
    } finally {
      this.busy = false;
    }
  }
}
