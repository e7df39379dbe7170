/** Erasures whose time has come: every connection is let go and revoked, then every row goes, stretch by stretch. */
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RevokePendingGrants } from '../connect-sessions/revoke-pending-grants.js';
import { Disconnect } from '../disconnecting/disconnect.js';
import { Work } from '../ports/work.js';
import { Erasures, type PendingErasure } from './ports.js';

/** Answers how many organisations are gone. */
export class EraseOrganisations extends Command<number> {}

@CommandHandler(EraseOrganisations)
export class EraseOrganisationsHandler implements ICommandHandler<EraseOrganisations> {
  constructor(
    private readonly work: Work,
    private readonly erasures: Erasures,
    private readonly commands: CommandBus,
  ) {}

  async execute(): Promise<number> {
    for (let gone = 0; ;) {
      const due = await this.work.run(() => this.erasures.takeDue());
      if (due === null) return gone;
      if (await this.erase(due)) gone += 1;
    }
  }

  /** @returns false: a revocation has not ended, and its tokens are needed for it; it is taken again a little later. */
  private async erase(erasure: PendingErasure): Promise<boolean> {
    const { id, orgId } = erasure;
    const connections = await this.work.run(() => this.erasures.connectionsOf(orgId));
    for (const connectionId of connections) {
      await this.commands.execute(new Disconnect('system', orgId, connectionId, 'erasure'));
    }
    await this.commands.execute(new RevokePendingGrants(orgId));
    await this.work.run(() => this.erasures.countConnections(erasure));
    if ((await this.work.run(() => this.erasures.revocationsOpen(orgId))) > 0) {
      await this.work.run(() => this.erasures.postpone(id));
      return false;
    }
    while ((await this.work.run(() => this.erasures.deleteStretch(erasure))) > 0);
    return true;
  }
}
