/** Hands one claimed mail to the server, and stores the outcome. */
import { Injectable } from '@nestjs/common';
import { waitSeconds } from '@domain/backoff.js';
import { Work } from '../ports/work.js';
import { noticeMail } from './notice-mail.js';
import { MAIL_POLICY, Mailer, MailOutbox, type ClaimedMail } from './ports.js';

/**
 * The mark is committed before a byte is sent, and removed only where the server is known not to have accepted the
 * mail, so each is sent at most once: a crash in between may lose a mail, and never sends it twice.
 */
@Injectable()
export class MailDelivery {
  constructor(
    private readonly work: Work,
    private readonly outbox: MailOutbox,
    private readonly mailer: Mailer,
  ) {}

  async deliver(mail: ClaimedMail): Promise<void> {
    const outcome = await this.mailer.send(noticeMail(mail, this.mailer.link));
    await this.work.run(() => {
      if (outcome.is === 'sent') return this.outbox.complete(mail);
      if (outcome.is !== 'later') return this.outbox.giveUp(mail, outcome.is, outcome.problem);
      if (mail.isLast) return this.outbox.giveUp(mail, 'failed', outcome.problem);
      return this.outbox.retry(mail, waitSeconds(MAIL_POLICY.backoff, mail.tries), outcome.problem);
    });
  }
}
