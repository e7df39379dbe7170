/** The outbox of mail: each step is one statement that checks the state it starts from. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { MailOutbox, type MailOutcome, type TakenMail } from '@application/notices/ports.js';
import type { MailId, OrgId } from '@domain/ids.js';
import type { NoticeDetails, NoticeKind } from '@domain/notice/notice.js';
import { atLeast, ROLES } from '@domain/organisation/role.js';
import { Database } from '../database.js';

/** Whoever may do something about it. */
export const MAILED_ROLES = ROLES.filter((role) => atLeast(role, 'admin'));

/** Far longer than any sending takes: whoever has not come back by then never will. */
const LOST_AFTER = sql`interval '10 minutes'`;
/** News older than this is none. */
const GIVE_UP_AFTER = sql`interval '3 days'`;

interface MailRow {
  attempts: number;
  address: string;
  name: string | null;
  organisation: string;
  org_id: OrgId;
  kind: NoticeKind;
  subject_id: string;
  subject_name: string;
  details: NoticeDetails;
}

@Injectable()
export class PostgresMailOutbox extends MailOutbox {
  constructor(private readonly database: Database) {
    super();
  }

  override async take(id: MailId): Promise<TakenMail | null> {
    await this.cancelUnwanted(id);
    const [row] = await this.database.inside(sql<MailRow>`
      update app.mail m set state = 'sending', attempts = m.attempts + 1, next_at = app.now() + ${LOST_AFTER}
      from app.notice n, app.organisation o, app.member p
      where m.id = ${id} and m.state = 'waiting' and m.next_at <= app.now()
        and n.org_id = m.org_id and n.id = m.notice_id and o.id = m.org_id and o.status = 'active'
        and p.org_id = m.org_id and p.user_id = m.user_id
      returning m.attempts, p.email as address, p.name, o.name as organisation, n.org_id, n.kind, n.subject_id,
        n.subject_name, n.details`);
    if (row === undefined) return null;
    return {
      id,
      attempts: row.attempts,
      recipient: { address: row.address, name: row.name },
      organisation: row.organisation,
      notice: {
        orgId: row.org_id,
        kind: row.kind,
        subjectId: row.subject_id,
        subjectName: row.subject_name,
        details: row.details,
      },
    };
  }

  /** Demoted, or without an address, since it was written. */
  private async cancelUnwanted(id: MailId): Promise<void> {
    await this.database.inside(sql`
      update app.mail m set state = 'canceled', ended_at = app.now(), problem = 'no_recipient'
      from app.member p
      where m.id = ${id} and m.state = 'waiting' and p.org_id = m.org_id and p.user_id = m.user_id
        and (p.role <> all(${MAILED_ROLES}::text[]) or p.email is null)`);
  }

  override async settle({ id, attempts }: TakenMail, outcome: MailOutcome): Promise<void> {
    const problem = outcome.is === 'sent' ? null : outcome.problem;
    const held = sql`id = ${id} and attempts = ${attempts} and state in ('sending', 'unknown')`;
    if (outcome.is !== 'later') {
      await this.database.inside(sql`
        update app.mail set state = ${outcome.is}, problem = ${problem}, ended_at = app.now() where ${held}`);
      return;
    }
    await this.database.inside(sql`
      update app.mail set problem = ${problem},
        state = case when app.now() - created_at > ${GIVE_UP_AFTER} then 'failed' else 'waiting' end,
        ended_at = case when app.now() - created_at > ${GIVE_UP_AFTER} then app.now() end,
        next_at = app.now() + least(interval '1 minute' * 2 ^ (attempts - 1), interval '6 hours')
      where ${held}`);
  }

  override async giveUpLost(): Promise<void> {
    await this.database.inside(sql`
      update app.mail set state = 'unknown', problem = 'sender_lost', ended_at = app.now()
      where state = 'sending' and next_at <= app.now()`);
  }

  override async due(limit: number): Promise<readonly MailId[]> {
    const rows = await this.database.inside(sql<{ id: MailId }>`
      select m.id from app.mail m join app.organisation o on o.id = m.org_id and o.status = 'active'
      where m.state = 'waiting' and m.next_at <= app.now()
      order by m.next_at limit ${limit}`);
    return rows.map((row) => row.id);
  }
}
