/** Claims one mail of the outbox, and sends it. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { MailId } from '@domain/ids.js';
import { Work } from '../ports/work.js';
import { MailDelivery } from './mail-delivery.js';
import { Mailer, MailOutbox } from './ports.js';

export class SendMail extends Command<void> {
  constructor(readonly mailId: MailId) {
    super();
  }
}

@CommandHandler(SendMail)
export class SendMailHandler implements ICommandHandler<SendMail> {
  constructor(
    private readonly work: Work,
    private readonly outbox: MailOutbox,
    private readonly mailer: Mailer,
    private readonly delivery: MailDelivery,
  ) {}

  async execute({ mailId }: SendMail): Promise<void> {
    // Mail that was written while a mailer was set up waits until one is set up again, or is given up.
    if (!this.mailer.configured) return;
    const mail = await this.work.run(() => this.outbox.claim(mailId));
    if (mail !== null) await this.delivery.deliver(mail);
  }
}
