/** Each connection is checked once a day, at its own time: the tick only asks whose time has come. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron } from '@nestjs/schedule';
import { DispatchDueChecks } from '@application/connections/dispatch-due-checks.js';
import { Tick } from './tick.js';

@Injectable()
export class DailyCheck {
  private readonly tick = new Tick('DailyCheck');

  constructor(private readonly commands: CommandBus) {}

  @Cron('*/30 * * * * *')
  dispatch(): Promise<void> {
    return this.tick.run(() => this.commands.execute(new DispatchDueChecks()));
  }
}
