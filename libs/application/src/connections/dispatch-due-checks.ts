/** Sends a job for each connection whose check is due: every connection is checked once a day, used or not. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ConnectionId } from '@domain/ids.js';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { ConnectionChecks } from './ports.js';

const BATCH = 500;

/** Returns how many checks it sent. */
export class DispatchDueChecks extends Command<number> {}

@CommandHandler(DispatchDueChecks)
export class DispatchDueChecksHandler implements ICommandHandler<DispatchDueChecks> {
  constructor(
    private readonly work: Work,
    private readonly checks: ConnectionChecks,
    private readonly jobs: Jobs,
  ) {}

  async execute(): Promise<number> {
    const queued = await this.work.run(() => this.jobs.queued('recheck-connection'));
    const ids = queued.map(({ connectionId }) => connectionId as ConnectionId);
    let sent = 0;
    for (;;) {
      const batch = await this.work.run(async () => {
        const due = await this.checks.requeueStalled(BATCH, ids);
        await this.jobs.send(
          'recheck-connection',
          due.map(({ id, orgId, provider }) => ({ orgId, connectionId: id, provider })),
        );
        return due.length;
      });
      sent += batch;
      if (batch < BATCH) return sent;
    }
  }
}
