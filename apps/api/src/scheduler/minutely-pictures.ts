/** Pictures that are new, changed or a day old; three times a minute, because somebody who has just connected is looking. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron } from '@nestjs/schedule';
import { DispatchDuePictures } from '@application/pictures/dispatch-due-pictures.js';
import { Tick } from './tick.js';

@Injectable()
export class MinutelyPictures {
  private readonly tick = new Tick('MinutelyPictures');

  constructor(private readonly commands: CommandBus) {}

  @Cron('5,25,45 * * * * *')
  dispatch(): Promise<void> {
    return this.tick.run(() => this.commands.execute(new DispatchDuePictures()));
  }
}
