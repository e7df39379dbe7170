/** Revocations whose next try has come, or whose job was lost with the queue. */
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Work } from '../ports/work.js';
import { Revocations } from './ports.js';
import { RevokeGrant } from './revoke-grant.js';

const BATCH = 100;

/** Throws an `AggregateError` of what could not even be tried, after all others were. */
export class SweepRevocations extends Command<void> {}

@CommandHandler(SweepRevocations)
export class SweepRevocationsHandler implements ICommandHandler<SweepRevocations> {
  constructor(
    private readonly work: Work,
    private readonly revocations: Revocations,
    private readonly commands: CommandBus,
  ) {}

  async execute(): Promise<void> {
    const due = await this.work.run(() => this.revocations.due(BATCH));
    const errors: unknown[] = [];
    for (const id of due)
      await this.commands.execute(new RevokeGrant(id)).catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${due.length} revocations failed.`);
  }
}
