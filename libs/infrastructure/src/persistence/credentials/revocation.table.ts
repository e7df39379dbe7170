/** Stores the outbox of revocations. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import {
  REVOCATION_POLICY,
  Revocations,
  type ClaimedRevocation,
  type PendingRevocation,
  type RevocationOutcome,
} from '@application/credentials/ports.js';
import type { OrgId, RevocationId } from '@domain/ids.js';
import { Database } from '../database.js';
import { DurableWork, type WorkShape } from '../durable-work.js';

const SHAPE: WorkShape<{ readonly id: RevocationId }, PendingRevocation, PendingRevocation> = {
  table: 'revocation',
  policy: REVOCATION_POLICY,
  open: sql`w.outcome = 'pending'`,
  since: sql`w.created_at`,
  key: ({ id }) => sql`w.id = ${id}`,
  returning: sql`w.id, w.org_id as "orgId", w.disconnection_id as "disconnectionId", w.provider,
    w.external_user_id as "externalUserId", w.access_token as "accessToken", w.refresh_token as "refreshToken",
    w.incomplete, w.presented_hash as "presentedHash"`,
};

@Injectable()
export class PostgresRevocations extends Revocations {
  private readonly work: DurableWork<{ readonly id: RevocationId }, PendingRevocation>;

  constructor(private readonly database: Database) {
    super();
    this.work = new DurableWork(database, SHAPE);
  }

  override async add(revocation: PendingRevocation): Promise<void> {
    await this.database.inside(sql`
      insert into app.revocation (id, org_id, disconnection_id, provider, external_user_id, access_token, refresh_token,
        incomplete, presented_hash)
      values (${revocation.id}, ${revocation.orgId}, ${revocation.disconnectionId}, ${revocation.provider},
        ${revocation.externalUserId}, ${revocation.accessToken}, ${revocation.refreshToken},
        ${revocation.incomplete}, ${revocation.presentedHash})`);
  }

  override claim(id: RevocationId): Promise<ClaimedRevocation | null> {
    return this.work.claim({ id });
  }

  override claimDue(limit: number): Promise<readonly ClaimedRevocation[]> {
    return this.work.claimDue(limit);
  }

  override async identified(id: RevocationId, externalUserId: string): Promise<void> {
    await this.database.inside(sql`
      update app.revocation set external_user_id = ${externalUserId}, access_token = null, refresh_token = null
      where id = ${id} and outcome = 'pending' and external_user_id is null`);
  }

  override retry(revocation: ClaimedRevocation, seconds: number): Promise<void> {
    return this.work.retry(revocation, seconds);
  }

  override wait(revocation: ClaimedRevocation, seconds: number): Promise<void> {
    return this.work.wait(revocation, seconds);
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
    // A successor that arrived after its organisation was erased: there is no receipt any more.
    await this.database.inside(sql`
      delete from app.revocation r
      where id = ${id} and not exists (select 1 from app.organisation o where o.id = r.org_id)`);
  }

  override async answered(presentedHash: string, orgId: OrgId): Promise<string | null> {
    const [row] = await this.database.inside(sql<{ disconnection_id: string | null }>`
      update app.revocation set incomplete = false, outcome = coalesce(held_outcome, outcome)
      where org_id = ${orgId} and incomplete and presented_hash = ${presentedHash}
      returning disconnection_id`);
    return row?.disconnection_id ?? null;
  }
}
