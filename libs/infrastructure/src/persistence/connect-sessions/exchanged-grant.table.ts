/** Grants that were exchanged and not settled yet, each step one statement. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { EXCHANGED_GRANT_POLICY, ExchangedGrants, type ExchangedGrant } from '@application/connect-sessions/ports.js';
import type { Claimed } from '@application/ports/durable-work.js';
import type { ConnectSessionId, ExchangedGrantId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, date } from '../database.js';
import { DurableWork } from '../durable-work.js';

const WORK = new DurableWork({
  table: 'exchanged_grant',
  policy: EXCHANGED_GRANT_POLICY,
  // What is settled is gone.
  open: sql`true`,
  since: sql`w.received_at`,
});
const ROW = sql`w.id, w.org_id, w.session_id, w.provider, w.scopes, w.access_token, w.refresh_token, w.access_expires_at,
  w.received_at`;

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
}

@Injectable()
export class PostgresExchangedGrants extends ExchangedGrants {
  constructor(private readonly database: Database) {
    super();
  }

  override async add(grant: Omit<ExchangedGrant, 'receivedAt' | keyof Claimed>): Promise<ExchangedGrant> {
    const scopes = grant.scopes === null ? null : [...grant.scopes];
    const [row] = await this.database.inside(sql<ExchangedGrantRow>`
      insert into app.exchanged_grant (id, org_id, session_id, provider, scopes, access_token, refresh_token,
        access_expires_at, next_at)
      values (${grant.id}, ${grant.orgId}, ${grant.sessionId}, ${grant.provider}, ${scopes}::text[],
        ${grant.accessToken}, ${grant.refreshToken}, ${grant.accessExpiresAt},
        ${WORK.leaseEnd})
      returning *`);
    return { ...exchanged(row!), tries: 1, isLast: false };
  }

  override async claimDue(limit: number): Promise<readonly ExchangedGrant[]> {
    const rows = await this.database.inside(WORK.claimDue<ExchangedGrantRow>(limit, { returning: ROW }));
    return rows.map((row) => ({ ...exchanged(row), tries: row.tries, isLast: row.isLast }));
  }

  override async retry(grant: ExchangedGrant, seconds: number): Promise<void> {
    await this.database.inside(WORK.retry(sql`w.id = ${grant.id} and w.org_id = ${grant.orgId}`, grant, seconds));
  }

  override complete(id: ExchangedGrantId, orgId: OrgId): Promise<boolean> {
    return this.takeOut(id, orgId);
  }

  override giveUp(id: ExchangedGrantId, orgId: OrgId): Promise<boolean> {
    return this.takeOut(id, orgId);
  }

  private async takeOut(id: ExchangedGrantId, orgId: OrgId): Promise<boolean> {
    const taken = await this.database.inside(sql`
      delete from app.exchanged_grant where id = ${id} and org_id = ${orgId} returning id`);
    return taken.length > 0;
  }

  override async giveUpAll(orgId: OrgId): ReturnType<ExchangedGrants['giveUpAll']> {
    const rows = await this.database.inside(sql<ExchangedGrantRow>`
      delete from app.exchanged_grant where org_id = ${orgId} returning *`);
    return rows.map(exchanged);
  }
}

function exchanged(row: ExchangedGrantRow): Omit<ExchangedGrant, keyof Claimed> {
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
  };
}
