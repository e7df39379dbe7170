/**
 * Sends jobs for discoveries whose next try is due, whose job was lost with the queue, or whose process died: a person
 * waits for them.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ConnectSessionId } from '@domain/ids.js';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { Discoveries } from './ports.js';

const BATCH = 100;

export class ResumeDiscoveries extends Command<void> {}

@CommandHandler(ResumeDiscoveries)
export class ResumeDiscoveriesHandler implements ICommandHandler<ResumeDiscoveries> {
  constructor(
    private readonly work: Work,
    private readonly discoveries: Discoveries,
    private readonly jobs: Jobs,
  ) {}

  execute(): Promise<void> {
    return this.work.run(async () => {
      const queued = await this.jobs.queued('discover-profiles');
      const ids = queued.map(({ sessionId }) => sessionId as ConnectSessionId);
      const stalled = await this.discoveries.requeueStalled(BATCH, ids);
      await this.jobs.send(
        'discover-profiles',
        stalled.map(({ sessionId, orgId }) => ({ sessionId, orgId })),
      );
    });
  }
}
