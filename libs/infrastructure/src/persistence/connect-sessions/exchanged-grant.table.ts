/** Grants that were exchanged and not settled yet, each step one statement. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ExchangedGrants, type ExchangedGrant } from '@application/connect-sessions/ports.js';
import type { ConnectSessionId, ExchangedGrantId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, date } from '../database.js';

/** Longer than the calls that settle it: the person is asked for, and a revocation under way is waited for. */
const LEASE_SECONDS = 75;

interface ExchangedGrantRow {
  id: ExchangedGrantId;
  org_id: OrgId;
  session_id: ConnectSessionId;
  provider: ProviderName;
  scopes: string[] | null;
  access_token: string;
  refresh_token: string | null;
  access_expires_at: string | null;
  received_at: string;
  tries: number;
}

@Injectable()
export class PostgresExchangedGrants extends ExchangedGrants {
  constructor(private readonly database: Database) {
    super();
  }

  override async add(grant: Omit<ExchangedGrant, 'receivedAt' | 'tries'>): Promise<ExchangedGrant> {
    const scopes = grant.scopes === null ? null : [...grant.scopes];
    const [row] = await this.database.inside(sql<ExchangedGrantRow>`
      insert into app.exchanged_grant (id, org_id, session_id, provider, scopes, access_token, refresh_token,
        access_expires_at, next_at)
      values (${grant.id}, ${grant.orgId}, ${grant.sessionId}, ${grant.provider}, ${scopes}::text[],
        ${grant.accessToken}, ${grant.refreshToken}, ${grant.accessExpiresAt},
        app.now() + make_interval(secs => ${LEASE_SECONDS}))
      returning *`);
    return exchanged(row!);
  }

  override async claim(id: ExchangedGrantId, orgId: OrgId): Promise<ExchangedGrant | null> {
    const [row] = await this.database.inside(sql<ExchangedGrantRow>`
      update app.exchanged_grant set tries = tries + 1, next_at = app.now() + make_interval(secs => ${LEASE_SECONDS})
      where id = ${id} and org_id = ${orgId} and next_at <= app.now() returning *`);
    return row === undefined ? null : exchanged(row);
  }

  override due(limit: number): ReturnType<ExchangedGrants['due']> {
    return this.database.inside(sql<{ id: ExchangedGrantId; orgId: OrgId }>`
      select id, org_id as "orgId" from app.exchanged_grant where next_at <= app.now() order by next_at limit ${limit}`);
  }

  override async retry({ id, orgId, tries }: ExchangedGrant, afterSeconds: number): Promise<void> {
    await this.database.inside(sql`
      update app.exchanged_grant set next_at = app.now() + make_interval(secs => ${afterSeconds})
      where id = ${id} and org_id = ${orgId} and tries = ${tries}`);
  }

  override async take(id: ExchangedGrantId, orgId: OrgId): Promise<boolean> {
    const taken = await this.database.inside(sql`
      delete from app.exchanged_grant where id = ${id} and org_id = ${orgId} returning id`);
    return taken.length > 0;
  }

  override async takeAll(orgId: OrgId): Promise<readonly ExchangedGrant[]> {
    const rows = await this.database.inside(sql<ExchangedGrantRow>`
      delete from app.exchanged_grant where org_id = ${orgId} returning *`);
    return rows.map(exchanged);
  }
}

function exchanged(row: ExchangedGrantRow): ExchangedGrant {
  return {
    id: row.id,
    orgId: row.org_id,
    sessionId: row.session_id,
    provider: row.provider,
    scopes: row.scopes,
    accessToken: row.access_token,
    refreshToken: row.refresh_token,
    accessExpiresAt: date(row.access_expires_at),
    receivedAt: date(row.received_at),
    tries: row.tries,
  };
}
