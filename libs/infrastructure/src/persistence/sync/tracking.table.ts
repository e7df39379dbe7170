/** Starts and stops hourly syncs: the profile is due every hour, or its runs end. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Tracking } from '@application/profiles/ports.js';
import type { OrgId, ProfileId } from '@domain/ids.js';
import { Database } from '../database.js';

@Injectable()
export class PostgresTracking extends Tracking {
  constructor(private readonly database: Database) {
    super();
  }

  override async start(profileIds: readonly ProfileId[], orgId: OrgId): Promise<void> {
    if (profileIds.length === 0) return;
    await this.database.inside(sql`
      insert into app.sync_due (profile_id, org_id, next_at)
      select profile_id, ${orgId}, app.now() from unnest(${[...profileIds]}::uuid[]) as started (profile_id)
      on conflict (profile_id) do nothing`);
  }

  override async stop(profileIds: readonly ProfileId[], orgId: OrgId): Promise<void> {
    if (profileIds.length === 0) return;
    await this.database.inside(
      sql`delete from app.sync_due where org_id = ${orgId} and profile_id = any(${[...profileIds]}::uuid[])`,
    );
    await this.cancelRuns(profileIds, orgId);
  }

  override async cancelRuns(profileIds: readonly ProfileId[], orgId: OrgId): Promise<number> {
    const canceled = await this.database.inside(sql`
      update app.sync_run set state = 'canceled', ended_at = app.now()
      where org_id = ${orgId} and account_id = any(${[...profileIds]}::uuid[])
        and state in ('queued', 'running', 'waiting')
      returning id`);
    return canceled.length;
  }
}
