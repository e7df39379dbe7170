/** Warnings before an expiry, looked for once an hour, and as a process starts: a warning must not wait out a downtime. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron } from '@nestjs/schedule';
import { WarnOfExpiry } from '@application/notices/warn-of-expiry.js';
import { Tick } from './tick.js';

@Injectable()
export class HourlyExpiryWarnings implements OnApplicationBootstrap {
  private readonly tick = new Tick('HourlyExpiryWarnings');

  constructor(private readonly commands: CommandBus) {}

  /** Not waited for: whoever asks the API something does not wait for the post. */
  onApplicationBootstrap(): void {
    void this.warn();
  }

  @Cron('10 7 * * * *')
  warn(): Promise<void> {
    return this.tick.run(() => this.commands.execute(new WarnOfExpiry()));
  }
}
