/** Finds the expiries of connections whose warning is still to be raised: one statement over all organisations. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Expiries, type NearExpiry } from '@application/notices/ports.js';
import { UNRENEWED_DAYS } from '@domain/connection/health.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, date } from '../database.js';

interface ExpiryRow {
  org_id: OrgId;
  connection_id: ConnectionId;
  name: string;
  provider: ProviderName;
  kind: NearExpiry['kind'];
  expires_at: string;
  days: number;
}

@Injectable()
export class PostgresExpiries extends Expiries {
  constructor(private readonly database: Database) {
    super();
  }

  override async near(days: readonly number[], limit: number): Promise<readonly NearExpiry[]> {
    const rows = await this.database.inside(sql<ExpiryRow>`
      select ending.* from (
        select c.org_id, c.id as connection_id, c.display_name as name, c.provider, what.kind, what.expires_at, (
          select min(day) from unnest(${[...days]}::int[]) as day
          where what.expires_at <= app.now() + make_interval(days => day)) as days
        from app.connection c
        join app.working_organisation o on o.id = c.org_id
        join app.credential k on k.org_id = c.org_id and k.id = c.id
        cross join lateral (values
          -- A token with a refresh token is renewed, and Meta's is exchanged: no warning until that has failed for
          -- days.
          ('token_expires', case when k.refresh_token is null and (c.provider <> 'meta'
            or k.access_expires_at <= app.now() + make_interval(days => ${UNRENEWED_DAYS})) then k.access_expires_at end),
          ('data_access_expires', c.data_access_expires_at)) as what (kind, expires_at)
        where c.reauth_reason is null and what.expires_at > app.now()
      ) as ending
      where ending.days is not null
        -- An exchange that repeats the old expiry may differ by a second or so: that is no new event.
        and not exists (select 1 from app.notice n
          where n.org_id = ending.org_id and n.subject_id = ending.connection_id and n.kind = ending.kind
            and (n.details ->> 'days')::int = ending.days
            and abs(extract(epoch from (n.details ->> 'expires_at')::timestamptz - ending.expires_at)) < 86400)
      order by ending.org_id, ending.connection_id, ending.kind limit ${limit}`);
    return rows.map((row) => ({
      orgId: row.org_id,
      connectionId: row.connection_id,
      name: row.name,
      provider: row.provider,
      kind: row.kind,
      expiresAt: date(row.expires_at),
      days: row.days,
    }));
  }
}
