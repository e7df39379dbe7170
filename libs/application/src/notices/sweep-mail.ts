/** Mail whose next try has come, or whose job was lost with the queue; and mail whose sender never came back. */
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Work } from '../ports/work.js';
import { Mailer, MailOutbox } from './ports.js';
import { SendMail } from './send-mail.js';

const BATCH = 100;

export class SweepMail extends Command<void> {}

@CommandHandler(SweepMail)
export class SweepMailHandler implements ICommandHandler<SweepMail> {
  constructor(
    private readonly work: Work,
    private readonly outbox: MailOutbox,
    private readonly mailer: Mailer,
    private readonly commands: CommandBus,
  ) {}

  async execute(): Promise<void> {
    const due = await this.work.run(async () => {
      await this.outbox.giveUpLost();
      return this.mailer.configured ? this.outbox.due(BATCH) : [];
    });
    for (const id of due) await this.commands.execute(new SendMail(id));
  }
}
