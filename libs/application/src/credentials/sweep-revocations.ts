/** Revocations whose next try has come, or whose job was lost with the queue. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { workThrough } from '../ports/durable-work.js';
import { Work } from '../ports/work.js';
import { GrantRevocation } from './grant-revocation.js';
import { Revocations } from './ports.js';

const BATCH = 100;

/** Throws an `AggregateError` of what could not even be tried, after all others were. */
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
