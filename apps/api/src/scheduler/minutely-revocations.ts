/** What could not be revoked at once is tried again until it is, or a day has passed; callbacks that were lost are sent again. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron } from '@nestjs/schedule';
import { SweepCallbacks } from '@application/meta-callbacks/sweep-callbacks.js';
import { SweepRevocations } from '@application/credentials/sweep-revocations.js';
import { Tick } from './tick.js';

@Injectable()
export class MinutelyRevocations implements OnApplicationBootstrap {
  private readonly tick = new Tick('MinutelyRevocations');

  constructor(private readonly commands: CommandBus) {}

  /** A grant must not live longer for a downtime. Not waited for: whoever asks the API something does not wait for a provider. */
  onApplicationBootstrap(): void {
    void this.sweep();
  }

  @Cron('20 * * * * *')
  sweep(): Promise<void> {
    return this.tick.run(async () => {
      await this.commands.execute(new SweepRevocations());
      await this.commands.execute(new SweepCallbacks());
    });
  }
}
