/** Stores pending grants, apart from connections; one is read and deleted in one statement. */
import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import { PendingGrants, type PendingGrant } from '@application/connect-sessions/ports.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, date } from '../database.js';

interface WaitingGrantRow {
  id: ConnectSessionId;
  org_id: OrgId;
  provider: ProviderName;
  external_user_id: string;
  display_name: string | null;
  username: string | null;
  picture_url: string | null;
  scopes: string[];
  access_token: string;
  refresh_token: string | null;
  access_expires_at: string | null;
  received_at: string;
}

@Injectable()
export class PostgresPendingGrants extends PendingGrants {
  constructor(private readonly database: Database) {
    super();
  }

  override async add({ sessionId, orgId, provider, person, ...grant }: PendingGrant): Promise<void> {
    await this.database.inside(sql`
      insert into app.waiting_grant (id, org_id, provider, external_user_id, display_name, username, picture_url, scopes,
        access_token, refresh_token, access_expires_at, received_at)
      values (${sessionId}, ${orgId}, ${provider}, ${person.externalUserId}, ${person.displayName}, ${person.username},
        ${person.pictureUrl}, ${[...grant.scopes]}::text[], ${grant.accessToken}, ${grant.refreshToken},
        ${grant.accessExpiresAt}, ${grant.receivedAt})`);
  }

  override async of(orgId: OrgId): Promise<readonly ConnectSessionId[]> {
    const rows = await this.database.inside(sql<{ id: ConnectSessionId }>`
      select id from app.waiting_grant where org_id = ${orgId} order by id`);
    return rows.map((row) => row.id);
  }

  override take(sessionId: ConnectSessionId, orgId: OrgId): Promise<PendingGrant | null> {
    return this.takeOut(sql`org_id = ${orgId} and id = ${sessionId}`);
  }

  override takeOf(provider: ProviderName, externalUserId: string, orgId: OrgId): Promise<PendingGrant | null> {
    return this.takeOut(sql`org_id = ${orgId} and provider = ${provider} and external_user_id = ${externalUserId}`);
  }

  private async takeOut(where: RawBuilder<unknown>): Promise<PendingGrant | null> {
    const [row] = await this.database.inside(
      sql<WaitingGrantRow>`delete from app.waiting_grant where ${where} returning *`,
    );
    if (row === undefined) return null;
    return {
      sessionId: row.id,
      orgId: row.org_id,
      provider: row.provider,
      person: {
        externalUserId: row.external_user_id,
        displayName: row.display_name,
        username: row.username,
        pictureUrl: row.picture_url,
      },
      scopes: row.scopes,
      accessToken: row.access_token,
      refreshToken: row.refresh_token,
      accessExpiresAt: date(row.access_expires_at),
      receivedAt: date(row.received_at),
    };
  }
}
