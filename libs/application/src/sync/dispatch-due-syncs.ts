/**
 * Enters a run and sends a job for each profile that is due, in one transaction; any number of processes may run this
 * at once.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { SyncRunId } from '@domain/ids.js';
import { Jobs } from '../ports/jobs.js';
import { Randomness, Work } from '../ports/work.js';
import { Schedule, SyncRuns } from './ports.js';

const BATCH = 500;

/** Returns how many runs it entered. */
export class DispatchDueSyncs extends Command<number> {}

@CommandHandler(DispatchDueSyncs)
export class DispatchDueSyncsHandler implements ICommandHandler<DispatchDueSyncs> {
  constructor(
    private readonly work: Work,
    private readonly schedule: Schedule,
    private readonly runs: SyncRuns,
    private readonly jobs: Jobs,
    private readonly random: Randomness,
  ) {}

  async execute(): Promise<number> {
    let entered = 0;
    for (;;) {
      const { taken, runs } = await this.batch();
      entered += runs;
      if (taken < BATCH) return entered;
    }
  }

  private batch(): Promise<{ taken: number; runs: number }> {
    return this.work.run(async () => {
      const due = await this.schedule.claimDue(BATCH);
      const runs = await this.runs.enter(
        due.map(({ profileId, orgId, slot }) => ({
          id: this.random.id<SyncRunId>(),
          orgId,
          accountId: profileId,
          trigger: 'schedule' as const,
          slot,
        })),
      );
      await this.jobs.send(
        'sync-profile',
        runs.map(({ id, orgId }) => ({ orgId, runId: id })),
      );
      return { taken: due.length, runs: runs.length };
    });
  }
}
