/** Every connection is looked after once a day, whether anybody uses it or not: none dies without a word. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { Connections } from './ports.js';

const BATCH = 500;

/** Answers how many checks it sent. */
export class DispatchDueChecks extends Command<number> {}

@CommandHandler(DispatchDueChecks)
export class DispatchDueChecksHandler implements ICommandHandler<DispatchDueChecks> {
  constructor(
    private readonly work: Work,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
  ) {}

  async execute(): Promise<number> {
    let sent = 0;
    for (;;) {
      const due = await this.work.run(async () => {
        const taken = await this.connections.takeDueChecks(BATCH);
        await this.jobs.send(
          'recheck-connection',
          taken.map(({ id, orgId, provider }) => ({ orgId, connectionId: id, provider })),
        );
        return taken.length;
      });
      sent += due;
      if (due < BATCH) return sent;
    }
  }
}
