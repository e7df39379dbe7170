/** Stores the schedule: claimed with SKIP LOCKED, so that any number of processes share the work. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Schedule } from '@application/sync/ports.js';
import type { OrgId, ProfileId } from '@domain/ids.js';
import { nextDue, slotOf } from '@domain/sync/slot.js';
import { Database, date } from '../database.js';

@Injectable()
export class PostgresSchedule extends Schedule {
  constructor(private readonly database: Database) {
    super();
  }

  override async claimDue(
    limit: number,
  ): Promise<readonly { readonly profileId: ProfileId; readonly orgId: OrgId; readonly slot: Date }[]> {
    const rows = await this.database.inside(sql<{ profile_id: ProfileId; org_id: OrgId; next_at: string; now: string }>`
      select d.profile_id, d.org_id, d.next_at, app.now() as now
      from app.sync_due d join app.working_organisation o on o.id = d.org_id
      join app.profile p on p.org_id = d.org_id and p.id = d.profile_id
      join app.connection c on c.org_id = p.org_id and c.id = p.connection_id
      join app.account_grant g on g.org_id = p.org_id and g.connection_id = c.id and g.account_id = p.id
      where d.next_at <= app.now()
        -- Nothing can be read before a person has reconnected: it stays due, and is read as soon as that has happened.
        and g.granted and c.reauth_reason is null
      order by d.next_at limit ${limit} for update of d skip locked`);
    const due = rows.map((row) => ({
      profileId: row.profile_id,
      orgId: row.org_id,
      slot: slotOf(date(row.now)),
      nextAt: nextDue(row.profile_id, date(row.now)),
    }));
    await this.database.inside(sql`
      update app.sync_due d set next_at = claimed.next_at
      from unnest(${due.map((one) => one.profileId)}::uuid[], ${due.map((one) => one.nextAt)}::timestamptz[])
        as claimed (profile_id, next_at)
      where d.profile_id = claimed.profile_id`);
    return due;
  }
}
