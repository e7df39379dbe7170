/** The outbox of revocations. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import {
  REVOCATION_KEPT_MS,
  Revocations,
  type PendingRevocation,
  type RevocationOutcome,
} from '@application/credentials/ports.js';
import type { OrgId, RevocationId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from '../database.js';

interface RevocationRow {
  id: RevocationId;
  org_id: OrgId;
  disconnection_id: string | null;
  provider: ProviderName;
  external_user_id: string | null;
  access_token: string | null;
  refresh_token: string | null;
  attempts: number;
  incomplete: boolean;
  sent_hash: string | null;
  age_ms: number;
}

@Injectable()
export class PostgresRevocations extends Revocations {
  constructor(private readonly database: Database) {
    super();
  }

  override async add(revocation: PendingRevocation): Promise<void> {
    await this.database.inside(sql`
      insert into app.revocation (id, org_id, disconnection_id, provider, external_user_id, access_token, refresh_token,
        incomplete, sent_hash)
      values (${revocation.id}, ${revocation.orgId}, ${revocation.disconnectionId}, ${revocation.provider},
        ${revocation.externalUserId}, ${revocation.accessToken}, ${revocation.refreshToken},
        ${revocation.incomplete}, ${revocation.sentHash})`);
  }

  override async take(id: RevocationId): ReturnType<Revocations['take']> {
    const [row] = await this.database.inside(sql<RevocationRow>`
      update app.revocation r set attempts = attempts + 1,
        next_at = greatest(app.now() + interval '1 minute', least(
          app.now() + least(interval '1 minute' * 2 ^ least(attempts, 9), interval '6 hours'),
          created_at + make_interval(secs => ${REVOCATION_KEPT_MS / 1_000})))
      where id = ${id} and outcome = 'pending' and next_at <= app.now()
      returning id, org_id, disconnection_id, provider, external_user_id, access_token, refresh_token, attempts,
        incomplete, sent_hash, (extract(epoch from app.now() - created_at) * 1000)::float8 as age_ms`);
    if (row === undefined) return null;
    return {
      id: row.id,
      orgId: row.org_id,
      disconnectionId: row.disconnection_id,
      provider: row.provider,
      externalUserId: row.external_user_id,
      accessToken: row.access_token,
      refreshToken: row.refresh_token,
      attempts: row.attempts,
      incomplete: row.incomplete,
      sentHash: row.sent_hash,
      ageMs: row.age_ms,
    };
  }

  override async identified(id: RevocationId, externalUserId: string): Promise<void> {
    await this.database.inside(sql`
      update app.revocation set external_user_id = ${externalUserId}, access_token = null, refresh_token = null
      where id = ${id} and outcome = 'pending' and external_user_id is null`);
  }

  override async postpone(id: RevocationId): Promise<void> {
    await this.database.inside(sql`
      update app.revocation set attempts = attempts - 1, next_at = app.now() + interval '5 seconds'
      where id = ${id} and outcome = 'pending'`);
  }

  override async end(id: RevocationId, outcome: RevocationOutcome): Promise<void> {
    await this.database.inside(sql`
      update app.revocation set outcome = case when incomplete then 'failed' else ${outcome} end,
        held_outcome = ${outcome}, ended_at = app.now(), access_token = null, refresh_token = null
      where id = ${id} and outcome = 'pending'`);
    // A successor that came home after its organisation was erased: nobody reads this any more.
    await this.database.inside(sql`
      delete from app.revocation r
      where id = ${id} and not exists (select 1 from app.organisation o where o.id = r.org_id)`);
  }

  override async complete(sentHash: string, orgId: OrgId): Promise<string | null> {
    const [row] = await this.database.inside(sql<{ disconnection_id: string | null }>`
      update app.revocation set incomplete = false, outcome = coalesce(held_outcome, outcome)
      where org_id = ${orgId} and incomplete and sent_hash = ${sentHash}
      returning disconnection_id`);
    return row?.disconnection_id ?? null;
  }

  override async due(limit: number): Promise<readonly RevocationId[]> {
    const rows = await this.database.inside(sql<{ id: RevocationId }>`
      select id from app.revocation where outcome = 'pending' and next_at <= app.now()
      order by next_at limit ${limit}`);
    return rows.map((row) => row.id);
  }
}
