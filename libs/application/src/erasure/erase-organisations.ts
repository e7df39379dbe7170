/** Carries out erasures that are due: disconnects and revokes every connection, then deletes every row, in batches. */
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { waitSeconds } from '@domain/backoff.js';
import { RevokePendingGrants } from '../connect-sessions/revoke-pending-grants.js';
import { Disconnect } from '../disconnecting/disconnect.js';
import { workThrough } from '../ports/durable-work.js';
import { Work } from '../ports/work.js';
import { ERASURE_POLICY, Erasures, type ClaimedErasure } from './ports.js';

const BATCH = 100;
const REVOCATIONS_WAIT_SECONDS = 30;

/**
 * Returns how many organisations were erased.
 * @throws AggregateError of what failed, after all others were erased
 */
export class EraseOrganisations extends Command<number> {}

@CommandHandler(EraseOrganisations)
export class EraseOrganisationsHandler implements ICommandHandler<EraseOrganisations> {
  constructor(
    private readonly work: Work,
    private readonly erasures: Erasures,
    private readonly commands: CommandBus,
  ) {}

  /** @throws AggregateError of what failed, after all others were erased */
  async execute(): Promise<number> {
    let gone = 0;
    await workThrough(
      BATCH,
      () => this.work.run(() => this.erasures.claimDue(1)),
      async (erasure) => {
        if (await this.tried(erasure)) gone += 1;
      },
    );
    return gone;
  }

  private async tried(erasure: ClaimedErasure): Promise<boolean> {
    try {
      return await this.erase(erasure);
    } catch (error) {
      const seconds = waitSeconds(ERASURE_POLICY.backoff, erasure.tries);
      await this.work.run(() => this.erasures.retry(erasure, seconds));
      throw error;
    }
  }

  /** @returns false: a revocation has not ended and needs its tokens; the erasure is claimed again a little later */
  private async erase(erasure: ClaimedErasure): Promise<boolean> {
    const { orgId } = erasure;
    const connections = await this.work.run(() => this.erasures.connectionsOf(orgId));
    for (const connectionId of connections) {
      await this.commands.execute(new Disconnect('system', orgId, connectionId, 'erasure'));
    }
    await this.commands.execute(new RevokePendingGrants(orgId));
    await this.work.run(() => this.erasures.countConnections(erasure));
    if ((await this.work.run(() => this.erasures.revocationsOpen(orgId))) > 0) {
      await this.work.run(() => this.erasures.wait(erasure, REVOCATIONS_WAIT_SECONDS));
      return false;
    }
    while ((await this.work.run(() => this.erasures.deleteStretch(erasure))) > 0);
    return true;
  }
}
