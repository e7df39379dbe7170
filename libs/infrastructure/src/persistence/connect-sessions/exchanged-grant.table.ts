/** Stores grants that were exchanged and not settled yet; each step is one statement. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { EXCHANGED_GRANT_POLICY, ExchangedGrants, type ExchangedGrant } from '@application/connect-sessions/ports.js';
import type { Claimed } from '@application/ports/durable-work.js';
import type { ConnectSessionId, ExchangedGrantId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, date } from '../database.js';
import { DurableWork, type WorkShape } from '../durable-work.js';

type UnclaimedGrant = Omit<ExchangedGrant, keyof Claimed>;
type GrantKey = Pick<ExchangedGrant, 'id' | 'orgId'>;

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

const SHAPE: WorkShape<GrantKey, UnclaimedGrant, ExchangedGrantRow> = {
  table: 'exchanged_grant',
  policy: EXCHANGED_GRANT_POLICY,
  // A settled grant has no row any more.
  open: sql`true`,
  since: sql`w.received_at`,
  key: ({ id, orgId }) => sql`w.id = ${id} and w.org_id = ${orgId}`,
  returning: sql`w.*`,
  read: exchanged,
};

@Injectable()
export class PostgresExchangedGrants extends ExchangedGrants {
  private readonly work: DurableWork<GrantKey, UnclaimedGrant, ExchangedGrantRow>;

  constructor(private readonly database: Database) {
    super();
    this.work = new DurableWork(database, SHAPE);
  }

  override async add(grant: Omit<ExchangedGrant, 'receivedAt' | keyof Claimed>): Promise<ExchangedGrant> {
    const scopes = grant.scopes === null ? null : [...grant.scopes];
    const [row] = await this.database.inside(sql<ExchangedGrantRow>`
      insert into app.exchanged_grant (id, org_id, session_id, provider, scopes, access_token, refresh_token,
        access_expires_at, next_at)
      values (${grant.id}, ${grant.orgId}, ${grant.sessionId}, ${grant.provider}, ${scopes}::text[],
        ${grant.accessToken}, ${grant.refreshToken}, ${grant.accessExpiresAt},
        ${this.work.leaseEnd})
      returning *`);
    return { ...exchanged(row!), tries: 1, isLast: false };
  }

  override claimDue(limit: number): Promise<readonly ExchangedGrant[]> {
    return this.work.claimDue(limit);
  }

  override retry(grant: ExchangedGrant, seconds: number): Promise<void> {
    return this.work.retry(grant, seconds);
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

function exchanged(row: ExchangedGrantRow): UnclaimedGrant {
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
