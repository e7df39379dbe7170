/** Carries out revocations whose next try is due, or whose job was lost with the queue. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { workThrough } from '../ports/durable-work.js';
import { Work } from '../ports/work.js';
import { GrantRevocation } from './grant-revocation.js';
import { Revocations } from './ports.js';

const BATCH = 100;

/** @throws AggregateError of what failed for another reason than a ProviderFault, after all others were tried */
export class SweepRevocations extends Command<void> {}

@CommandHandler(SweepRevocations)
export class SweepRevocationsHandler implements ICommandHandler<SweepRevocations> {
  constructor(
    private readonly work: Work,
    private readonly revocations: Revocations,
    private readonly revocation: GrantRevocation,
  ) {}

  execute(): Promise<void> {
    return workThrough(
      BATCH,
      () => this.work.run(() => this.revocations.claimDue(1)),
      (claimed) => this.revocation.revoke(claimed),
    );
  }
}
