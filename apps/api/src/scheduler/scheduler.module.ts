/** The clock's commands. Every process that works ticks; the tables decide who gets what. */
import { Inject, Module, type BeforeApplicationShutdown } from '@nestjs/common';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { DailyCheck } from './daily-check.js';
import { HourlyExpiryWarnings } from './hourly-expiry-warnings.js';
import { HourlySync } from './hourly-sync.js';
import { MinutelyErasures } from './minutely-erasures.js';
import { MinutelyMail } from './minutely-mail.js';
import { DailyPictures } from './daily-pictures.js';
import { MinutelyRevocations } from './minutely-revocations.js';
import { SessionUpkeep } from './session-upkeep.js';
import { Tick } from './tick.js';

@Module({
  imports: [ScheduleModule.forRoot()],
  providers: [
    DailyCheck,
    HourlySync,
    MinutelyRevocations,
    MinutelyErasures,
    HourlyExpiryWarnings,
    MinutelyMail,
    DailyPictures,
    SessionUpkeep,
  ],
})
export class SchedulerModule implements BeforeApplicationShutdown {
  constructor(@Inject(SchedulerRegistry) private readonly registry: SchedulerRegistry) {}

  /** Before the database is let go: a tick that began after it would find none. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const job of this.registry.getCronJobs().values()) await job.stop();
    await Tick.settled();
  }
}
