/** Exports that have lain here for a day go; organisations whose three days are over are erased. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron } from '@nestjs/schedule';
import { EraseOrganisations } from '@application/erasure/erase-organisations.js';
import { SweepExports } from '@application/exports/write-export.js';
import { Tick } from './tick.js';

@Injectable()
export class MinutelyErasures implements OnApplicationBootstrap {
  private readonly tick = new Tick('MinutelyErasures');

  constructor(private readonly commands: CommandBus) {}

  /** What came due in a downtime is not late by a minute more. Not waited for, as it may take long. */
  onApplicationBootstrap(): void {
    void this.sweep();
  }

  @Cron('40 * * * * *')
  sweep(): Promise<void> {
    return this.tick.run(async () => {
      await this.commands.execute(new SweepExports());
      await this.commands.execute(new EraseOrganisations());
    });
  }
}
