/** Stores notices and the marks on them: an event is entered once, and its mail with it. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Mailer, NoticeMarks } from '@application/notices/ports.js';
import { Jobs } from '@application/ports/jobs.js';
import { Notices, type NewNotice } from '@application/ports/notices.js';
import { Randomness } from '@application/ports/work.js';
import type { MailId, NoticeId, OrgId, UserId } from '@domain/ids.js';
import { MAILED_ROLES } from './mail.table.js';
import { Database } from '../database.js';

@Injectable()
export class PostgresNotices extends Notices {
  constructor(
    private readonly database: Database,
    private readonly random: Randomness,
    private readonly mailer: Mailer,
    private readonly jobs: Jobs,
  ) {
    super();
  }

  override async raiseAll(notices: readonly NewNotice[]): Promise<number> {
    if (notices.length === 0) return 0;
    // In the same order everywhere, so that two transactions that raise the same events do not deadlock.
    const fresh = await this.database.inside(sql<{ id: NoticeId }>`
      insert into app.notice (id, org_id, kind, subject_kind, subject_id, subject_name, event, details)
      select id, org_id, kind, subject_kind, subject_id, subject_name, event, details::jsonb
      from unnest(${notices.map(() => this.random.id())}::uuid[], ${notices.map((one) => one.orgId)}::text[],
        ${notices.map((one) => one.kind)}::text[], ${notices.map((one) => one.subject.kind)}::text[],
        ${notices.map((one) => one.subject.id)}::uuid[], ${notices.map((one) => one.subject.name)}::text[],
        ${notices.map((one) => one.event)}::text[], ${notices.map((one) => JSON.stringify(one.details))}::text[])
        as raised (id, org_id, kind, subject_kind, subject_id, subject_name, event, details)
      order by org_id, event
      on conflict (org_id, event) do nothing
      returning id`);
    if (this.mailer.configured && fresh.length > 0) await this.post(fresh.map((row) => row.id));
    return fresh.length;
  }

  private async post(notices: readonly NoticeId[]): Promise<void> {
    const mails = await this.database.inside(sql<{ id: MailId }>`
      insert into app.mail (id, org_id, notice_id, user_id)
      select gen_random_uuid(), n.org_id, n.id, m.user_id
      from app.notice n join app.member m on m.org_id = n.org_id
      where n.id = any(${[...notices]}::uuid[]) and m.role = any(${MAILED_ROLES}::text[]) and m.email is not null
      returning id`);
    await this.jobs.send(
      'send-mail',
      mails.map((row) => ({ mailId: row.id })),
    );
  }
}

@Injectable()
export class PostgresNoticeMarks extends NoticeMarks {
  constructor(private readonly database: Database) {
    super();
  }

  override async set(id: NoticeId, orgId: OrgId, userId: UserId, read: boolean): Promise<boolean> {
    if (!(await this.exists(id, orgId))) return false;
    await this.database.inside(
      read
        ? sql`
          insert into app.notice_read (org_id, notice_id, user_id)
          select org_id, ${id}, user_id from app.member where org_id = ${orgId} and user_id = ${userId}
          on conflict do nothing`
        : sql`delete from app.notice_read where org_id = ${orgId} and notice_id = ${id} and user_id = ${userId}`,
    );
    return true;
  }

  override async readUpTo(id: NoticeId, orgId: OrgId, userId: UserId): Promise<boolean> {
    if (!(await this.exists(id, orgId))) return false;
    await this.database.inside(sql`
      insert into app.notice_read (org_id, notice_id, user_id)
      select n.org_id, n.id, m.user_id
      from app.notice n join app.member m on m.org_id = n.org_id and m.user_id = ${userId}
      where n.org_id = ${orgId} and n.id <= ${id}
      order by n.id
      on conflict do nothing`);
    return true;
  }

  private async exists(id: NoticeId, orgId: OrgId): Promise<boolean> {
    const rows = await this.database.inside(sql`select 1 from app.notice where org_id = ${orgId} and id = ${id}`);
    return rows.length > 0;
  }
}
