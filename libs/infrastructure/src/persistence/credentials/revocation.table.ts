/** The outbox of revocations. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import {
  REVOCATION_POLICY,
  Revocations,
  type ClaimedRevocation,
  type PendingRevocation,
  type RevocationOutcome,
} from '@application/credentials/ports.js';
import type { Claimed } from '@application/ports/durable-work.js';
import type { OrgId, RevocationId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from '../database.js';
import { DurableWork } from '../durable-work.js';

interface RevocationRow {
  id: RevocationId;
  org_id: OrgId;
  disconnection_id: string | null;
  provider: ProviderName;
  external_user_id: string | null;
  access_token: string | null;
  refresh_token: string | null;
  incomplete: boolean;
  sent_hash: string | null;
}

const WORK = new DurableWork({
  table: 'revocation',
  policy: REVOCATION_POLICY,
  open: sql`w.outcome = 'pending'`,
  since: sql`w.created_at`,
});
const ROW = sql`w.id, w.org_id, w.disconnection_id, w.provider, w.external_user_id, w.access_token, w.refresh_token,
  w.incomplete, w.sent_hash`;

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

  override async claim(id: RevocationId): Promise<ClaimedRevocation | null> {
    const [row] = await this.database.inside(WORK.claim<RevocationRow>(sql`w.id = ${id}`, { returning: ROW }));
    return row === undefined ? null : claimed(row);
  }

  override async claimDue(limit: number): Promise<readonly ClaimedRevocation[]> {
    const rows = await this.database.inside(WORK.claimDue<RevocationRow>(limit, { returning: ROW }));
    return rows.map(claimed);
  }

  override async identified(id: RevocationId, externalUserId: string): Promise<void> {
    await this.database.inside(sql`
      update app.revocation set external_user_id = ${externalUserId}, access_token = null, refresh_token = null
      where id = ${id} and outcome = 'pending' and external_user_id is null`);
  }

  override async retry(revocation: ClaimedRevocation, seconds: number): Promise<void> {
    await this.database.inside(WORK.retry(sql`w.id = ${revocation.id}`, revocation, seconds));
  }

  override async wait(revocation: ClaimedRevocation, seconds: number): Promise<void> {
    await this.database.inside(WORK.wait(sql`w.id = ${revocation.id}`, revocation, seconds));
  }

  override complete(id: RevocationId, outcome: RevocationOutcome): Promise<void> {
    return this.end(id, outcome);
  }

  override giveUp(id: RevocationId): Promise<void> {
    return this.end(id, 'failed');
  }

  private async end(id: RevocationId, outcome: RevocationOutcome): Promise<void> {
    await this.database.inside(sql`
      update app.revocation set outcome = case when incomplete then 'failed' else ${outcome} end,
        held_outcome = ${outcome}, ended_at = app.now(), access_token = null, refresh_token = null
      where id = ${id} and outcome = 'pending'`);
    // A successor that came home after its organisation was erased: nobody reads this any more.
    await this.database.inside(sql`
      delete from app.revocation r
      where id = ${id} and not exists (select 1 from app.organisation o where o.id = r.org_id)`);
  }

  override async answered(sentHash: string, orgId: OrgId): Promise<string | null> {
    const [row] = await this.database.inside(sql<{ disconnection_id: string | null }>`
      update app.revocation set incomplete = false, outcome = coalesce(held_outcome, outcome)
      where org_id = ${orgId} and incomplete and sent_hash = ${sentHash}
      returning disconnection_id`);
    return row?.disconnection_id ?? null;
  }
}

function claimed(row: RevocationRow & Claimed): ClaimedRevocation {
  return {
    id: row.id,
    orgId: row.org_id,
    disconnectionId: row.disconnection_id,
    provider: row.provider,
    externalUserId: row.external_user_id,
    accessToken: row.access_token,
    refreshToken: row.refresh_token,
    incomplete: row.incomplete,
    sentHash: row.sent_hash,
    tries: row.tries,
    isLast: row.isLast,
  };
}
