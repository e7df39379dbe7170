/** Marks a notice as read, or as unread, for one person; others do not see the mark. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { NoticeId, OrgId } from '@domain/ids.js';
import { NoticeNotFound } from '@domain/notice/notice.js';
import { NotAllowed } from '@domain/organisation/organisation.js';
import { personOf, type Actor } from '@domain/organisation/role.js';
import { Work } from '../ports/work.js';
import { NoticeMarks } from './ports.js';

/** @throws NoticeNotFound, NotAllowed where no person asks */
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
    // Only a person has marks: a service has to act on behalf of a member.
    if (reader === null) throw NotAllowed.withoutPerson();
    const known = await this.work.run(() => this.marks.set(id, orgId, reader, read));
    if (!known) throw new NoticeNotFound();
  }
}
