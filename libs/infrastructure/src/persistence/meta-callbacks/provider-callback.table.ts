/**
 * Stores Meta's signed requests before they are answered; reads are across organisations, as Meta names a person only.
 */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { ConnectionKey } from '@application/connections/ports.js';
import {
  CALLBACK_POLICY,
  ProviderCallbacks,
  type CallbackOutcome,
  type ClaimedCallback,
  type StoredCallback,
} from '@application/meta-callbacks/ports.js';
import type { ConnectionId, ConnectSessionId, OrgId, RevocationId } from '@domain/ids.js';
import { Database, date } from '../database.js';
import { DurableWork, type WorkShape } from '../durable-work.js';

const ERASED = '(erased)';

type CallbackKey = { readonly id: string };
type CallbackRow = Omit<StoredCallback, 'issuedAt'> & { readonly issuedAt: string };
const SHAPE: WorkShape<CallbackKey, StoredCallback, CallbackRow> = {
  table: 'provider_callback',
  policy: CALLBACK_POLICY,
  open: sql`w.state = 'received'`,
  key: ({ id }) => sql`w.id = ${id}`,
  returning: sql`w.id, w.kind, w.external_user_id as "externalUserId", w.profile_external_id as "profileExternalId",
    w.issued_at as "issuedAt"`,
  read: (row) => ({ ...row, issuedAt: date(row.issuedAt) }),
};

@Injectable()
export class PostgresProviderCallbacks extends ProviderCallbacks {
  private readonly work: DurableWork<CallbackKey, StoredCallback, CallbackRow>;

  constructor(private readonly database: Database) {
    super();
    this.work = new DurableWork(database, SHAPE);
  }

  override async add(
    callback: StoredCallback,
    hashes: { readonly request: Uint8Array; readonly code: Uint8Array },
  ): Promise<boolean> {
    // For any unique index: two at the same time can conflict on the request's hash or on the code's, which are equal
    // together.
    const added = await this.database.inside(sql`
      insert into app.provider_callback (id, kind, external_user_id, profile_external_id, issued_at, request_hash,
        code_hash)
      values (${callback.id}, ${callback.kind}, ${callback.externalUserId}, ${callback.profileExternalId},
        -- Where Meta's clock is ahead: no request is later than now.
        least(${callback.issuedAt}::timestamptz, app.now()), ${hashes.request}, ${hashes.code})
      on conflict do nothing returning id`);
    return added.length > 0;
  }

  override async codeHash(requestHash: Uint8Array): Promise<Uint8Array> {
    const [row] = await this.database.inside(sql<{ code_hash: Uint8Array }>`
      select code_hash from app.provider_callback where request_hash = ${requestHash}`);
    return row!.code_hash;
  }

  override claim(id: string): Promise<ClaimedCallback | null> {
    return this.work.claim({ id });
  }

  override renew(callback: ClaimedCallback): Promise<void> {
    return this.work.renew(callback);
  }

  override async complete(id: string, { disconnected, authorisedSince }: CallbackOutcome): Promise<void> {
    await this.database.inside(sql`
      update app.provider_callback set state = 'done', done_at = app.now(), disconnected = ${disconnected},
        authorised_since = ${authorisedSince},
        -- Once done, only the code is needed.
        external_user_id = null
      where id = ${id} and state = 'received'`);
  }

  override retry(callback: ClaimedCallback, seconds: number): Promise<void> {
    return this.work.retry(callback, seconds);
  }

  override async requeueStalled(limit: number, queued: readonly string[]): Promise<readonly string[]> {
    return (await this.work.requeueStalled(limit, queued)).map(({ id }) => id);
  }

  override async connectionsOf(
    externalUserId: string,
  ): Promise<readonly (ConnectionKey & { readonly authorisedAt: Date })[]> {
    const rows = await this.database.inside(sql<{ id: ConnectionId; org_id: OrgId; authorised_at: string }>`
      select id, org_id, authorised_at from app.connection
      where provider = 'meta' and external_user_id = ${externalUserId} order by id`);
    return rows.map((row) => ({ id: row.id, orgId: row.org_id, authorisedAt: date(row.authorised_at) }));
  }

  override async waitingOf(
    externalUserId: string,
  ): Promise<readonly { readonly id: ConnectSessionId; readonly orgId: OrgId; readonly authorisedAt: Date }[]> {
    const rows = await this.database.inside(sql<{ id: ConnectSessionId; org_id: OrgId; received_at: string }>`
      select id, org_id, received_at from app.waiting_grant
      where provider = 'meta' and external_user_id = ${externalUserId} order by id`);
    return rows.map((row) => ({ id: row.id, orgId: row.org_id, authorisedAt: date(row.received_at) }));
  }

  override async connectionsWithPage(externalId: string): Promise<readonly ConnectionKey[]> {
    return this.database.inside(sql<ConnectionKey>`
      select distinct g.connection_id as id, g.org_id as "orgId"
      from app.account_grant g join app.account a on a.org_id = g.org_id and a.id = g.account_id
      where a.platform = 'facebook' and a.external_id = ${externalId}`);
  }

  override async openRevocations(externalUserId: string): Promise<readonly RevocationId[]> {
    const rows = await this.database.inside(sql<{ id: RevocationId }>`
      select id from app.revocation
      where provider = 'meta' and external_user_id = ${externalUserId} and outcome = 'pending' order by id`);
    return rows.map((row) => row.id);
  }

  override async forget(externalUserId: string): Promise<void> {
    await this.database.inside(sql`
      update app.notice n set subject_name = ${ERASED}
      from app.disconnection d join app.revocation r on r.org_id = d.org_id and r.disconnection_id = d.id
      where n.org_id = d.org_id and n.subject_kind = 'connection' and n.subject_id = d.connection_id
        and r.provider = 'meta' and r.external_user_id = ${externalUserId}`);
    await this.database.inside(sql`
      update app.disconnection set display_name = ${ERASED}
      where provider = 'meta' and id in (
        select disconnection_id from app.revocation where provider = 'meta' and external_user_id = ${externalUserId})`);
    await this.database.inside(sql`
      update app.revocation set external_user_id = ${ERASED}
      where provider = 'meta' and external_user_id = ${externalUserId} and outcome <> 'pending'`);
    await this.database.inside(sql`
      delete from app.provider_grant
      where provider = 'meta' and external_user_id = ${externalUserId}
        and coalesce(revoking_until <= app.now(), true)`);
    await this.database.inside(sql`select app.forget_in_audit('meta', ${externalUserId}, ${ERASED})`);
  }
}
