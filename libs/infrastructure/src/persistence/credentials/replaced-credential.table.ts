/** Stores X's token pairs that a later consent of the same person replaced or overtook, until they are revoked. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ReplacedCredentials, type ReplacedCredential } from '@application/credentials/ports.js';
import type { OrgId, ReplacedCredentialId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from '../database.js';

interface ReplacedRow {
  id: ReplacedCredentialId;
  access_token: string;
  refresh_token: string | null;
  incomplete: boolean;
}

@Injectable()
export class PostgresReplacedCredentials extends ReplacedCredentials {
  constructor(private readonly database: Database) {
    super();
  }

  override async add(replaced: ReplacedCredential): Promise<void> {
    await this.database.inside(sql`
      insert into app.replaced_credential (id, org_id, provider, external_user_id, access_token, refresh_token, incomplete)
      values (${replaced.id}, ${replaced.orgId}, ${replaced.provider}, ${replaced.externalUserId},
        ${replaced.accessToken}, ${replaced.refreshToken}, ${replaced.incomplete})`);
  }

  override async incompleteOf(
    provider: ProviderName,
    externalUserId: string,
    orgId: OrgId,
  ): Promise<readonly ReplacedCredential[]> {
    const rows = await this.database.inside(sql<ReplacedRow>`
      select id, access_token, refresh_token, incomplete from app.replaced_credential
      where org_id = ${orgId} and provider = ${provider} and external_user_id = ${externalUserId} and incomplete`);
    return rows.map((row) => replaced(row, { orgId, provider, externalUserId }));
  }

  override async complete(id: ReplacedCredentialId, orgId: OrgId): Promise<void> {
    await this.database.inside(sql`
      update app.replaced_credential set incomplete = false where id = ${id} and org_id = ${orgId}`);
  }

  override async takeOf(
    provider: ProviderName,
    externalUserId: string,
    orgId: OrgId,
  ): Promise<readonly ReplacedCredential[]> {
    const rows = await this.database.inside(sql<ReplacedRow>`
      delete from app.replaced_credential
      where org_id = ${orgId} and provider = ${provider} and external_user_id = ${externalUserId}
      returning id, access_token, refresh_token, incomplete`);
    return rows.map((row) => replaced(row, { orgId, provider, externalUserId }));
  }
}

function replaced(row: ReplacedRow, owner: Pick<ReplacedCredential, 'orgId' | 'provider' | 'externalUserId'>) {
  return {
    ...owner,
    id: row.id,
    accessToken: row.access_token,
    refreshToken: row.refresh_token,
    incomplete: row.incomplete,
  };
}
