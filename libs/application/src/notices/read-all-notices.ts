/** Marks all notices up to one as read, for one person: newer ones stay unread. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { NoticeId, OrgId } from '@domain/ids.js';
import { NoticeNotFound } from '@domain/notice/notice.js';
import { NotAllowed } from '@domain/organisation/organisation.js';
import { personOf, type Actor } from '@domain/organisation/role.js';
import { Work } from '../ports/work.js';
import { NoticeMarks } from './ports.js';

/** @throws NoticeNotFound, NotAllowed where no person asks */
export class ReadAllNotices extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    /** The newest one that the person saw. */
    readonly upTo: NoticeId,
  ) {
    super();
  }
}

@CommandHandler(ReadAllNotices)
export class ReadAllNoticesHandler implements ICommandHandler<ReadAllNotices> {
  constructor(
    private readonly work: Work,
    private readonly marks: NoticeMarks,
  ) {}

  async execute({ by, orgId, upTo }: ReadAllNotices): Promise<void> {
    const reader = personOf(by);
    // Only a person has marks: a service has to act on behalf of a member.
    if (reader === null) throw NotAllowed.withoutPerson();
    const known = await this.work.run(() => this.marks.readUpTo(upTo, orgId, reader));
    if (!known) throw new NoticeNotFound();
  }
}
