/** Stores erasures: what they wait for, what they delete and in which order, and the tombstone. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import {
  ERASURE_POLICY,
  Erasures,
  ErasureNotFound,
  ErasureUnderWay,
  type ClaimedErasure,
} from '@application/erasure/ports.js';
import type { Claimed } from '@application/ports/durable-work.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { OrganisationNotFound } from '@domain/organisation/organisation.js';
import { Database } from '../database.js';
import { DurableWork, type WorkShape } from '../durable-work.js';

/**
 * Every table of a tenant but the audit log, which has a function of its own: children before the tables that they
 * refer to. A test compares it with the catalogue.
 */
export const ERASED: readonly string[] = [
  'export_chunk',
  'export',
  'mail',
  'notice_read',
  'notice',
  'picture',
  'post_metric',
  'post',
  'sync_run',
  'sync_due',
  'oauth_attempt',
  'exchanged_grant',
  'waiting_grant',
  'connect_session',
  'profile',
  'account_grant',
  'credential',
  'replaced_credential',
  'account',
  'revocation',
  'disconnection',
  'connection',
  'member',
];
const ROWS_A_STRETCH = 5_000;

type DueErasure = Omit<ClaimedErasure, keyof Claimed>;
const SHAPE: WorkShape<DueErasure, DueErasure, DueErasure> = {
  table: 'erasure',
  policy: ERASURE_POLICY,
  open: sql`w.state in ('pending', 'running')`,
  key: ({ id }) => sql`w.id = ${id}`,
  claiming: sql`state = 'running'`,
  returning: sql`w.id, w.erased_org_id as "orgId"`,
};

@Injectable()
export class PostgresErasures extends Erasures {
  private readonly work: DurableWork<DueErasure, DueErasure>;

  constructor(private readonly database: Database) {
    super();
    this.work = new DurableWork(database, SHAPE);
  }

  override async lockName(orgId: OrgId): Promise<string> {
    const [row] = await this.database.inside(
      sql<{ name: string }>`select name from app.organisation where id = ${orgId} for update`,
    );
    if (row === undefined) throw new OrganisationNotFound();
    return row.name;
  }

  override async request(id: string, orgId: OrgId, receiptHash: Uint8Array, dueInHours: number): Promise<void> {
    const made = await this.database.inside(sql<{ due_at: string }>`
      insert into app.erasure (id, receipt_hash, erased_org_id, due_at, next_at)
      select ${id}, ${receiptHash}, ${orgId}, due, due from (select app.now() + make_interval(hours => ${dueInHours})) t (due)
      on conflict do nothing returning due_at`);
    if (made.length === 0) throw new ErasureUnderWay();
    await this.database.inside(sql`
      update app.organisation set erase_at = ${made[0]!.due_at}::timestamptz where id = ${orgId}`);
  }

  override async cancel(orgId: OrgId): Promise<void> {
    const canceled = await this.database.inside(sql`
      update app.erasure set state = 'canceled', ended_at = app.now()
      where erased_org_id = ${orgId} and state = 'pending' returning id`);
    if (canceled.length === 0) throw new ErasureNotFound();
    await this.database.inside(sql`update app.organisation set erase_at = null where id = ${orgId}`);
  }

  override claimDue(limit: number): Promise<readonly ClaimedErasure[]> {
    return this.work.claimDue(limit);
  }

  override async connectionsOf(orgId: OrgId): Promise<readonly ConnectionId[]> {
    const rows = await this.database.inside(
      sql<{ id: ConnectionId }>`select id from app.connection where org_id = ${orgId} order by id`,
    );
    return rows.map((row) => row.id);
  }

  override async countConnections({ id, orgId }: ClaimedErasure): Promise<void> {
    await this.database.inside(sql`
      update app.erasure e set connections = (
        select count(*) from app.audit_event a
        where a.org_id = ${orgId} and a.action = 'connection.disconnected' and a.details ->> 'because' = 'erasure')
      where e.id = ${id}`);
  }

  override retry(erasure: ClaimedErasure, seconds: number): Promise<void> {
    return this.work.retry(erasure, seconds);
  }

  override wait(erasure: ClaimedErasure, seconds: number): Promise<void> {
    return this.work.wait(erasure, seconds);
  }

  override async revocationsOpen(orgId: OrgId): Promise<number> {
    const [row] = await this.database.inside(sql<{ open: number }>`
      select count(*)::int as open from app.revocation where org_id = ${orgId} and outcome = 'pending'`);
    return row!.open;
  }

  override async deleteStretch({ id, orgId }: ClaimedErasure): Promise<number> {
    for (const table of ERASED) {
      const name = sql.table(`app.${table}`);
      const gone = await this.database.inside(sql`
        delete from ${name} where ctid = any(array(
          select ctid from ${name} where org_id = ${orgId} limit ${ROWS_A_STRETCH})) returning 1`);
      if (gone.length > 0) return this.count(id, gone.length);
    }
    const [audit] = await this.database.inside(sql<{ gone: number }>`
      select app.prune_audit(${orgId}, 'infinity')::int as gone`);
    if (audit!.gone > 0) return this.count(id, audit!.gone);
    const last = await this.database.inside(sql`delete from app.organisation where id = ${orgId} returning 1`);
    await this.count(id, last.length);
    await this.database.inside(sql`update app.erasure set state = 'done', ended_at = app.now() where id = ${id}`);
    return 0;
  }

  private async count(id: string, rows: number): Promise<number> {
    await this.database.inside(sql`
      update app.erasure set rows = rows + ${rows}, next_at = ${this.work.leaseEnd} where id = ${id}`);
    return rows;
  }
}
