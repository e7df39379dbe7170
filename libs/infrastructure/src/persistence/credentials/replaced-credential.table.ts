/** Stores X's token pairs that a later consent of the same person replaced, until they are revoked. */
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

  override async takeOf(
    provider: ProviderName,
    externalUserId: string,
    orgId: OrgId,
  ): Promise<readonly ReplacedCredential[]> {
    const rows = await this.database.inside(sql<ReplacedRow>`
      delete from app.replaced_credential
      where org_id = ${orgId} and provider = ${provider} and external_user_id = ${externalUserId}
      returning id, access_token, refresh_token, incomplete`);
    return rows.map((row) => ({
      id: row.id,
      orgId,
      provider,
      externalUserId,
      accessToken: row.access_token,
      refreshToken: row.refresh_token,
      incomplete: row.incomplete,
    }));
  }
}
