/** The clock's commands. Every process that works ticks; the tables decide who gets what. */
import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { DailyCheck } from './daily-check.js';
import { HourlyExpiryWarnings } from './hourly-expiry-warnings.js';
import { HourlySync } from './hourly-sync.js';
import { MinutelyErasures } from './minutely-erasures.js';
import { MinutelyMail } from './minutely-mail.js';
import { DailyPictures } from './daily-pictures.js';
import { MinutelyRevocations } from './minutely-revocations.js';
import { SessionUpkeep } from './session-upkeep.js';

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
export class SchedulerModule {}
