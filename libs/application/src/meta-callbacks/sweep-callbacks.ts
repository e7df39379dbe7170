/** Callbacks whose job was lost, or gave up while Meta could not be asked. */
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
      const due = await this.callbacks.takeDue(BATCH);
      await this.jobs.send(
        'act-on-callback',
        due.map((callbackId) => ({ callbackId })),
      );
    });
  }
}
