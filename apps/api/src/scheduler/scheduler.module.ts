/** Runs the table of schedules. */
import {
  Inject,
  Injectable,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type Type,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { SCHEDULES, type Schedule } from './schedules.js';
import { Tick } from './tick.js';

/** Nest reads a schedule from a decorator, so each row gets a class of its own. */
function scheduled({ name, cron, commands, atStart }: Schedule): Type {
  @Injectable()
  class Scheduled implements OnApplicationBootstrap {
    private readonly tick = new Tick(name);

    constructor(@Inject(CommandBus) private readonly bus: CommandBus) {}

    onApplicationBootstrap(): void {
      if (atStart) void this.run();
    }

    @Cron(cron)
    run(): Promise<void> {
      return this.tick.run(async () => {
        for (const command of commands) await this.bus.execute(command());
      });
    }
  }
  return Scheduled;
}

@Module({ imports: [ScheduleModule.forRoot()], providers: SCHEDULES.map(scheduled) })
export class SchedulerModule implements BeforeApplicationShutdown {
  constructor(@Inject(SchedulerRegistry) private readonly registry: SchedulerRegistry) {}

  /** Before the database is disconnected: a tick that began later would find none. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const job of this.registry.getCronJobs().values()) await job.stop();
    await Tick.settled();
  }
}
