/** Settles exchanged grants whose next try is due, or whose process died. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { workThrough } from '../ports/durable-work.js';
import { Work } from '../ports/work.js';
import { GrantSettlement } from './grant-settlement.js';
import { ExchangedGrants } from './ports.js';

/** So many are settled at once: most of the time they wait for their providers. */
const BATCH = 8;

/** @throws AggregateError of what failed for another reason than a ProviderFault, after all others were tried */
export class SettleGrants extends Command<void> {}

@CommandHandler(SettleGrants)
export class SettleGrantsHandler implements ICommandHandler<SettleGrants> {
  constructor(
    private readonly work: Work,
    private readonly exchanged: ExchangedGrants,
    private readonly settlement: GrantSettlement,
  ) {}

  execute(): Promise<void> {
    return workThrough(
      BATCH,
      () => this.work.run(() => this.exchanged.claimDue(BATCH)),
      (grant) => this.settlement.settle(grant),
    );
  }
}
