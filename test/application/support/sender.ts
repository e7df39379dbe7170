// A process that raises notices and sends their mail, on the real stores and over real SMTP.
import { MailDelivery } from '@application/notices/mail-delivery.js';
import { SendMail, SendMailHandler } from '@application/notices/send-mail.js';
import { SweepMailHandler } from '@application/notices/sweep-mail.js';
import type { MailId, OrgId } from '@domain/ids.js';
import { SmtpMailer } from '@infrastructure/mail/smtp-mailer.js';
import { PostgresMailOutbox } from '@infrastructure/persistence/notices/mail.table.js';
import { PostgresNotices } from '@infrastructure/persistence/notices/notice.table.js';
import type { PostOffice } from '../../support/post-office.js';
import type { Store } from './store.js';

export class Sender {
  private readonly mailer: SmtpMailer;

  constructor(
    readonly store: Store,
    post: PostOffice,
  ) {
    this.mailer = new SmtpMailer({
      url: post.url,
      from: 'Social Connections <notices@connections.test>',
      link: 'https://console.test/{org}/connections/{connection}',
    });
  }

  raise(org: string, name = 'Ana Example'): Promise<boolean> {
    const { database, random, jobs, work } = this.store;
    const notices = new PostgresNotices(database, random, this.mailer, jobs);
    return work.run(() =>
      notices.raise({
        orgId: org as OrgId,
        kind: 'reconnect_needed',
        subject: { kind: 'connection', id: random.id(), name },
        event: `reconnect/${org}`,
        details: { reason: 'password_changed', provider: 'x' },
      }),
    );
  }

  send(id: string): Promise<void> {
    const { outbox, delivery } = this.outgoing();
    return new SendMailHandler(this.store.work, outbox, this.mailer, delivery).execute(new SendMail(id as MailId));
  }

  sweep(): Promise<void> {
    const { outbox, delivery } = this.outgoing();
    return new SweepMailHandler(this.store.work, outbox, this.mailer, delivery).execute();
  }

  private outgoing(): { outbox: PostgresMailOutbox; delivery: MailDelivery } {
    const outbox = new PostgresMailOutbox(this.store.database);
    return { outbox, delivery: new MailDelivery(this.store.work, outbox, this.mailer) };
  }
}
