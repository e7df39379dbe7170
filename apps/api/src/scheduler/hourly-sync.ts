/** Each tracked profile is synced once an hour, at its own minute: the tick only asks whose time has come, and who got stuck. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron } from '@nestjs/schedule';
import { DispatchDueSyncs } from '@application/sync/dispatch-due-syncs.js';
import { SweepSyncs } from '@application/sync/sweep-syncs.js';
import { Tick } from './tick.js';

@Injectable()
export class HourlySync {
  private readonly tick = new Tick('HourlySync');
  private readonly sweeping = new Tick('SyncSweep');

  constructor(private readonly commands: CommandBus) {}

  @Cron('*/5 * * * * *')
  dispatch(): Promise<void> {
    return this.tick.run(() => this.commands.execute(new DispatchDueSyncs()));
  }

  @Cron('*/20 * * * * *')
  sweep(): Promise<void> {
    return this.sweeping.run(() => this.commands.execute(new SweepSyncs()));
  }
}
