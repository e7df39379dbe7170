/** Settles exchanged grants whose next try has come, or whose process died with them. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
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

  async execute(): Promise<void> {
    const due = await this.work.run(() => this.exchanged.due(BATCH));
    const settled = await Promise.allSettled(
      due.map(async ({ id, orgId }) => {
        const grant = await this.work.run(() => this.exchanged.claim(id, orgId));
        if (grant !== null) await this.settlement.settle(grant);
      }),
    );
    const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    if (errors.length > 0)
      throw new AggregateError(errors, `${errors.length} of ${due.length} grants were not settled.`);
  }
}
