/**
 * Sends runs whose job was lost with the queue or whose process died, and gives up those without tries: a run in
 * progress would block every later one.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { SyncRunId } from '@domain/ids.js';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { SyncRuns } from './ports.js';

const BATCH = 500;

export class SweepSyncs extends Command<void> {}

@CommandHandler(SweepSyncs)
export class SweepSyncsHandler implements ICommandHandler<SweepSyncs> {
  constructor(
    private readonly work: Work,
    private readonly runs: SyncRuns,
    private readonly jobs: Jobs,
  ) {}

  execute(): Promise<void> {
    return this.work.run(async () => {
      await this.runs.giveUpStalled();
      const queued = await this.jobs.queued('sync-profile');
      const stalled = await this.runs.requeueStalled(
        BATCH,
        queued.map(({ runId }) => runId as SyncRunId),
      );
      await this.jobs.send(
        'sync-profile',
        stalled.map(({ id, orgId }) => ({ orgId, runId: id })),
      );
    });
  }
}
