/** Stores the outbox of mail: each step is one statement that checks the state it starts from. */
import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import { MAIL_POLICY, MailOutbox, type ClaimedMail } from '@application/notices/ports.js';
import type { Claimed } from '@application/ports/durable-work.js';
import type { MailId, OrgId } from '@domain/ids.js';
import type { NoticeDetails, NoticeKind } from '@domain/notice/notice.js';
import { atLeast, ROLES } from '@domain/organisation/role.js';
import { Database } from '../database.js';
import { DurableWork, ORGANISATION_WORKS, type WorkShape } from '../durable-work.js';

/** The roles that can act on a notice. */
export const MAILED_ROLES = ROLES.filter((role) => atLeast(role, 'admin'));

interface MailRow {
  id: MailId;
  address: string;
  name: string | null;
  organisation: string;
  org_id: OrgId;
  kind: NoticeKind;
  subject_id: string;
  subject_name: string;
  details: NoticeDetails;
}

type MailKey = { readonly id: MailId };
const SHAPE: WorkShape<MailKey, MailKey, MailKey> = {
  table: 'mail',
  policy: MAIL_POLICY,
  // Also one whose sender was counted as lost: that sender has the true outcome.
  open: sql`w.state in ('waiting', 'sending', 'unknown')`,
  ready: sql`w.state = 'waiting' and ${ORGANISATION_WORKS}`,
  since: sql`w.created_at`,
  key: ({ id }) => sql`w.id = ${id}`,
  claiming: sql`state = 'sending'`,
  returning: sql`w.id`,
};

@Injectable()
export class PostgresMailOutbox extends MailOutbox {
  private readonly work: DurableWork<MailKey, MailKey>;

  constructor(private readonly database: Database) {
    super();
    this.work = new DurableWork(database, SHAPE);
  }

  override async claim(id: MailId): Promise<ClaimedMail | null> {
    await this.cancelUnwanted(sql`m.id = ${id}`);
    const claimed = await this.work.claim({ id });
    return claimed === null ? null : (await this.letters([claimed]))[0]!;
  }

  override async claimDue(limit: number): Promise<readonly ClaimedMail[]> {
    await this.cancelUnwanted(sql`m.next_at <= app.now()`);
    return this.letters(await this.work.claimDue(limit));
  }

  private async letters(claimed: readonly (MailKey & Claimed)[]): Promise<ClaimedMail[]> {
    const rows = await this.database.inside(sql<MailRow>`
      select m.id, p.email as address, p.name, o.name as organisation, n.org_id, n.kind, n.subject_id, n.subject_name,
        n.details
      from app.mail m join app.notice n on n.org_id = m.org_id and n.id = m.notice_id
      join app.organisation o on o.id = m.org_id
      join app.member p on p.org_id = m.org_id and p.user_id = m.user_id
      where m.id = any(${claimed.map(({ id }) => id)}::uuid[])`);
    return rows.map((row) => ({
      ...claimed.find(({ id }) => id === row.id)!,
      recipient: { address: row.address, name: row.name },
      organisation: row.organisation,
      notice: {
        orgId: row.org_id,
        kind: row.kind,
        subjectId: row.subject_id,
        subjectName: row.subject_name,
        details: row.details,
      },
    }));
  }

  /** The recipient was demoted, or has no address any more, since it was written. */
  private async cancelUnwanted(which: RawBuilder<unknown>): Promise<void> {
    await this.database.inside(sql`
      update app.mail m set state = 'canceled', ended_at = app.now(), problem = 'no_recipient'
      from app.member p
      where ${which} and m.state = 'waiting' and p.org_id = m.org_id and p.user_id = m.user_id
        and (p.role <> all(${MAILED_ROLES}::text[]) or p.email is null)`);
  }

  override complete(mail: ClaimedMail): Promise<void> {
    return this.end(mail, 'sent', null);
  }

  override giveUp(mail: ClaimedMail, as: 'refused' | 'unknown' | 'failed', problem: string): Promise<void> {
    return this.end(mail, as, problem);
  }

  private end(mail: ClaimedMail, state: string, problem: string | null): Promise<void> {
    return this.work.whileHeld(mail, sql`state = ${state}, problem = ${problem}, ended_at = app.now()`);
  }

  override retry(mail: ClaimedMail, seconds: number, problem: string): Promise<void> {
    return this.work.retry(mail, seconds, sql`state = 'waiting', problem = ${problem}, ended_at = null`);
  }

  override async giveUpStalled(): Promise<void> {
    await this.database.inside(sql`
      update app.mail set state = 'unknown', problem = 'sender_lost', ended_at = app.now()
      where state = 'sending' and next_at <= app.now()`);
  }
}
