/** Connect sessions: gone on with where they got stuck, ended when their time is over, and removed a month later. */
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Cron } from '@nestjs/schedule';
import { ExpireSessions } from '@application/connect-sessions/expire-sessions.js';
import { PruneSessions } from '@application/connect-sessions/prune-sessions.js';
import { ResumeDiscoveries } from '@application/connect-sessions/resume-discoveries.js';
import { SettleGrants } from '@application/connect-sessions/settle-grants.js';
import { Tick } from './tick.js';

@Injectable()
export class SessionUpkeep {
  private readonly expiry = new Tick('SessionExpiry');
  private readonly settling = new Tick('GrantSettlement');
  private readonly pruning = new Tick('SessionPruning');

  constructor(private readonly commands: CommandBus) {}

  /** A person waits for it. */
  @Cron('*/5 * * * * *')
  settle(): Promise<void> {
    return this.settling.run(() => this.commands.execute(new SettleGrants()));
  }

  @Cron('*/15 * * * * *')
  expire(): Promise<void> {
    return this.expiry.run(async () => {
      await this.commands.execute(new ResumeDiscoveries());
      await this.commands.execute(new ExpireSessions());
    });
  }

  /** Daily, at an odd time. */
  @Cron('0 17 3 * * *')
  prune(): Promise<void> {
    return this.pruning.run(() => this.commands.execute(new PruneSessions()));
  }
}
