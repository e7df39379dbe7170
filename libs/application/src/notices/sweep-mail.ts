/** Sends mail whose next try is due, or whose job was lost with the queue, and gives up mail whose sender was lost. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { workThrough } from '../ports/durable-work.js';
import { Work } from '../ports/work.js';
import { MailDelivery } from './mail-delivery.js';
import { Mailer, MailOutbox } from './ports.js';

const BATCH = 100;

/** @throws AggregateError of what failed, after all others were tried */
export class SweepMail extends Command<void> {}

@CommandHandler(SweepMail)
export class SweepMailHandler implements ICommandHandler<SweepMail> {
  constructor(
    private readonly work: Work,
    private readonly outbox: MailOutbox,
    private readonly mailer: Mailer,
    private readonly delivery: MailDelivery,
  ) {}

  async execute(): Promise<void> {
    await this.work.run(() => this.outbox.giveUpStalled());
    if (!this.mailer.configured) return;
    await workThrough(
      BATCH,
      () => this.work.run(() => this.outbox.claimDue(1)),
      (mail) => this.delivery.deliver(mail),
    );
  }
}
