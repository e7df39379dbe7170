/** Each picture is fetched once a day, and as its address changes: the tick only asks whose time has come. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron } from '@nestjs/schedule';
import { DispatchDuePictures } from '@application/pictures/dispatch-due-pictures.js';
import { Tick } from './tick.js';

@Injectable()
export class DailyPictures {
  private readonly tick = new Tick('DailyPictures');

  constructor(private readonly commands: CommandBus) {}

  @Cron('*/5 * * * * *')
  dispatch(): Promise<void> {
    return this.tick.run(() => this.commands.execute(new DispatchDuePictures()));
  }
}
