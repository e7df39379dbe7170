/** Reads notices with one person's marks; the text is made when they are read. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql, type RawBuilder } from 'kysely';
import { GetNotice, ListNotices } from '@application/notices/list-notices.js';
import type { NoticeView } from '@application/notices/notice.view.js';
import { Cursors, type Page } from '@application/ports/cursors.js';
import { toWire } from '@application/wire-ids.js';
import type { OrgId, UserId } from '@domain/ids.js';
import { NoticeNotFound, noticeWords, type NoticeDetails, type NoticeKind } from '@domain/notice/notice.js';
import { Database, iso } from '../database.js';
import { after, pageOf } from './page.js';

interface NoticeRow {
  id: string;
  kind: NoticeKind;
  at: string;
  subject_kind: 'connection' | 'profile';
  subject_id: string;
  subject_name: string;
  details: NoticeDetails;
  read: boolean;
  /** Whether its subject still exists. */
  stands: boolean;
}

const selectNotices = (orgId: OrgId, reader: UserId | null, where: RawBuilder<unknown>): RawBuilder<NoticeRow> =>
  sql<NoticeRow>`
    select n.id, n.kind, n.at, n.subject_kind, n.subject_id, n.subject_name, n.details, r.user_id is not null as read,
      c.id is not null or p.id is not null as stands
    from app.notice n
    -- Joined, so that only the page's are looked up: EXISTS would be answered from all there are, of all organisations.
    left join app.connection c on c.org_id = n.org_id and c.id = n.subject_id
    left join app.profile p on p.org_id = n.org_id and p.id = n.subject_id
    left join app.notice_read r on r.org_id = n.org_id and r.notice_id = n.id and r.user_id = ${reader}
    where n.org_id = ${orgId} and ${where}`;

function noticeView(row: NoticeRow): NoticeView {
  const { title, sentence, action } = noticeWords(row.kind, row.subject_name, row.details);
  return {
    id: toWire('ntc', row.id),
    kind: row.kind,
    at: iso(row.at),
    read: row.read,
    subject: {
      kind: row.subject_kind,
      id: toWire(row.subject_kind === 'profile' ? 'prof' : 'conn', row.subject_id),
      name: row.subject_name,
    },
    title,
    sentence,
    action: row.stands ? action : null,
    details: { ...row.details },
  };
}

@QueryHandler(ListNotices)
export class ListNoticesHandler implements IQueryHandler<ListNotices> {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  async execute({ orgId, reader, filter, page }: ListNotices): Promise<Page<NoticeView>> {
    const { unread } = filter;
    const list = `notices/${orgId}/${JSON.stringify([reader, unread])}`;
    const rows = await this.database.read(sql<NoticeRow>`
      ${selectNotices(
        orgId,
        reader,
        sql`${after(page, this.cursors, list, ([id]) => sql`n.id < ${id}::uuid`)}
          and ${unread === undefined ? sql`true` : sql`(r.user_id is null) = ${unread}`}`,
      )}
      order by n.id desc limit ${page.limit + 1}`);
    return pageOf(rows, page, this.cursors, list, (row) => [row.id], noticeView);
  }
}

@QueryHandler(GetNotice)
export class GetNoticeHandler implements IQueryHandler<GetNotice> {
  constructor(private readonly database: Database) {}

  async execute({ orgId, reader, id }: GetNotice): Promise<NoticeView> {
    const [row] = await this.database.read(selectNotices(orgId, reader, sql`n.id = ${id}`));
    if (row === undefined) throw new NoticeNotFound();
    return noticeView(row);
  }
}
