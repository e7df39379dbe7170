/** Discoveries whose job was lost with the queue, or died with its process: a person waits for them to end. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Jobs } from '../ports/jobs.js';
import { Work } from '../ports/work.js';
import { ConnectSessions } from './ports.js';

const BATCH = 100;

export class ResumeDiscoveries extends Command<void> {}

@CommandHandler(ResumeDiscoveries)
export class ResumeDiscoveriesHandler implements ICommandHandler<ResumeDiscoveries> {
  constructor(
    private readonly work: Work,
    private readonly sessions: ConnectSessions,
    private readonly jobs: Jobs,
  ) {}

  execute(): Promise<void> {
    return this.work.run(async () => {
      await this.jobs.send('discover-profiles', await this.sessions.stalled(BATCH));
    });
  }
}
