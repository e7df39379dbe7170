/** Settles exchanged grants whose next try has come, or whose process died with them. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { workThrough } from '../ports/durable-work.js';
import { Work } from '../ports/work.js';
import { GrantSettlement } from './grant-settlement.js';
import { ExchangedGrants } from './ports.js';

/** They wait for their providers side by side. */
const BATCH = 8;

/** Throws an `AggregateError` of what could not be settled for a reason of ours, after all others were tried. */
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
