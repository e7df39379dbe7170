/** Lists the organisation's notices with one person's marks, newest first. */
import { Query } from '@nestjs/cqrs';
import type { NoticeId, OrgId, UserId } from '@domain/ids.js';
import type { Page, PageRequest } from '../ports/cursors.js';
import type { NoticeView } from './notice.view.js';

/** @throws CursorInvalid */
export class ListNotices extends Query<Page<NoticeView>> {
  constructor(
    readonly orgId: OrgId,
    /** null: a service on no member's behalf. */
    readonly reader: UserId | null,
    readonly filter: { readonly unread?: boolean },
    readonly page: PageRequest,
  ) {
    super();
  }
}

/** @throws NoticeNotFound */
export class GetNotice extends Query<NoticeView> {
  constructor(
    readonly orgId: OrgId,
    readonly reader: UserId | null,
    readonly id: NoticeId,
  ) {
    super();
  }
}
