/** Stores refusals of single profiles: the reason, since when, and when the schedule tries again. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ProfileTroubles, type NamedProfile } from '@application/profiles/ports.js';
import type { OrgId, ProfileId } from '@domain/ids.js';
import type { ProfileTrouble } from '@domain/profile/status.js';
import { Database } from '../database.js';

@Injectable()
export class PostgresProfileTroubles extends ProfileTroubles {
  constructor(private readonly database: Database) {
    super();
  }

  override async refused(id: ProfileId, orgId: OrgId, reason: ProfileTrouble): Promise<boolean> {
    const [row] = await this.database.inside(sql<{ before: string | null; tries: number }>`
      with before as (select id, trouble from app.profile where org_id = ${orgId} and id = ${id} for update)
      update app.profile p set trouble = ${reason},
        trouble_tries = case when before.trouble is null then 1 else p.trouble_tries + 1 end
      from before where p.org_id = ${orgId} and p.id = before.id
      returning before.trouble as before, p.trouble_tries as tries`);
    if (row === undefined) return false;
    // A try after three hours, six, twelve, and then once a day.
    await this.database.inside(sql`
      update app.sync_due set next_at = greatest(next_at,
        app.now() + least(interval '3 hours' * 2 ^ least(${row.tries - 1}::int, 5), interval '1 day'))
      where org_id = ${orgId} and profile_id = ${id}`);
    return row.before !== reason;
  }

  override async recovered(id: ProfileId, orgId: OrgId): Promise<void> {
    await this.database.inside(sql`
      update app.profile set trouble = null, trouble_tries = 0
      where org_id = ${orgId} and id = ${id} and trouble is not null`);
  }

  override names(ids: readonly ProfileId[], orgId: OrgId): Promise<readonly NamedProfile[]> {
    return this.database.inside(sql<NamedProfile>`
      select id, name, platform from app.account where org_id = ${orgId} and id = any(${[...ids]}::uuid[])`);
  }
}
