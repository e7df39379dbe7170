/** Exports that have lain here for a day go; organisations whose three days are over are erased. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron } from '@nestjs/schedule';
import { EraseOrganisations } from '@application/erasure/erase-organisations.js';
import { SweepExports } from '@application/exports/write-export.js';
import { Tick } from './tick.js';

@Injectable()
export class MinutelyErasures {
  private readonly tick = new Tick('MinutelyErasures');

  constructor(private readonly commands: CommandBus) {}

  @Cron('40 * * * * *')
  sweep(): Promise<void> {
    return this.tick.run(async () => {
      await this.commands.execute(new SweepExports());
      await this.commands.execute(new EraseOrganisations());
    });
  }
}
