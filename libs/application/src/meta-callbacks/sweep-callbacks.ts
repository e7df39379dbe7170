/** Sends a job for each callback whose next try is due, or whose job or its worker was lost. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { ProviderCallbacks } from './ports.js';

const BATCH = 100;

export class SweepCallbacks extends Command<void> {}

@CommandHandler(SweepCallbacks)
export class SweepCallbacksHandler implements ICommandHandler<SweepCallbacks> {
  constructor(
    private readonly work: Work,
    private readonly callbacks: ProviderCallbacks,
    private readonly jobs: Jobs,
  ) {}

  execute(): Promise<void> {
    return this.work.run(async () => {
      const queued = await this.jobs.queued('act-on-callback');
      const stalled = await this.callbacks.requeueStalled(
        BATCH,
        queued.map(({ callbackId }) => callbackId),
      );
      await this.jobs.send(
        'act-on-callback',
        stalled.map((callbackId) => ({ callbackId })),
      );
    });
  }
}
