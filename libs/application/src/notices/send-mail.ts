/**
 * The outbox of mail at work. The mark is committed before a byte is sent and taken back only where the server is known
 * not to have taken the mail, so each is sent at most once by us: a crash in between may cost a mail, never double it.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { MailId } from '@domain/ids.js';
import { Work } from '../ports/work.js';
import { noticeMail } from './notice-mail.js';
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
  ) {}

  async execute({ mailId }: SendMail): Promise<void> {
    // What was raised while mail was on waits here until it is on again, or is given up.
    if (!this.mailer.configured) return;
    const mail = await this.work.run(() => this.outbox.take(mailId));
    if (mail === null) return;
    const outcome = await this.mailer.send(noticeMail(mail, this.mailer.link));
    await this.work.run(() => this.outbox.settle(mail, outcome));
  }
}
