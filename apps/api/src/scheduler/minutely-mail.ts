/** Mail that could not be handed over is tried again, ever more rarely, for three days. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron } from '@nestjs/schedule';
import { SweepMail } from '@application/notices/sweep-mail.js';
import { Tick } from './tick.js';

@Injectable()
export class MinutelyMail implements OnApplicationBootstrap {
  private readonly tick = new Tick('MinutelyMail');

  constructor(private readonly commands: CommandBus) {}

  /** A mail must not wait out a downtime. Not waited for: whoever asks the API something does not wait for the post. */
  onApplicationBootstrap(): void {
    void this.sweep();
  }

  @Cron('40 * * * * *')
  sweep(): Promise<void> {
    return this.tick.run(() => this.commands.execute(new SweepMail()));
  }
}
