/** Mail that could not be handed over is tried again, ever more rarely, for three days. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron } from '@nestjs/schedule';
import { SweepMail } from '@application/notices/sweep-mail.js';
import { Tick } from './tick.js';

@Injectable()
export class MinutelyMail {
  private readonly tick = new Tick('MinutelyMail');

  constructor(private readonly commands: CommandBus) {}

  @Cron('40 * * * * *')
  sweep(): Promise<void> {
    return this.tick.run(() => this.commands.execute(new SweepMail()));
  }
}
