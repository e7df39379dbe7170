/** Runs the table of jobs: works each kind from the queue. */
import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Jobs, type JobName } from '@application/ports/jobs.js';
import { JOBS, type Job } from './job-table.js';

@Module({})
export class JobsModule implements OnApplicationBootstrap {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(CommandBus) private readonly commands: CommandBus,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const name of Object.keys(JOBS) as JobName[]) await this.work(name, JOBS[name]);
  }

  private work<Name extends JobName>(name: Name, job: Job<Name>): Promise<void> {
    return this.jobs.work(name, job, async (payload) => {
      await this.commands.execute(job.command(payload));
    });
  }
}
