/** A person has read a notice, or wants to see it again: a mark of their own, which nobody else sees. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { NoticeId, OrgId } from '@domain/ids.js';
import { NoticeNotFound } from '@domain/notice/notice.js';
import { NotAllowed } from '@domain/organisation/organisation.js';
import { personOf, type Actor } from '@domain/organisation/role.js';
import { Work } from '../ports/work.js';
import { NoticeMarks } from './ports.js';

export class MarkNotice extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly id: NoticeId,
    readonly read: boolean,
  ) {
    super();
  }
}

@CommandHandler(MarkNotice)
export class MarkNoticeHandler implements ICommandHandler<MarkNotice> {
  constructor(
    private readonly work: Work,
    private readonly marks: NoticeMarks,
  ) {}

  async execute({ by, orgId, id, read }: MarkNotice): Promise<void> {
    const reader = personOf(by);
    // Only a person reads: a service has to say in whose name.
    if (reader === null) throw NotAllowed.withoutPerson();
    const known = await this.work.run(() => this.marks.set(id, orgId, reader, read));
    if (!known) throw new NoticeNotFound();
  }
}
