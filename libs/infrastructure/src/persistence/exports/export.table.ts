/** Stores exports: JSON lines, gzipped in batches into rows, so that every process can continue and serve them. */
import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  EXPORT_POLICY,
  Exports,
  TooManyExports,
  type ClaimedExport,
  type ExportStep,
} from '@application/exports/ports.js';
import type { Claimed } from '@application/ports/durable-work.js';
import { toWire, type Prefix } from '@application/wire-ids.js';
import type { OrgId, UserId } from '@domain/ids.js';
import { Database } from '../database.js';
import { DurableWork, type WorkShape } from '../durable-work.js';
import { EXPORTED } from './export-tables.js';

const ROWS_A_STEP = 2_000;
const KEPT = '24 hours';
const MOST_KEPT = 5;

type ExportKey = Omit<ClaimedExport, keyof Claimed>;
const SHAPE: WorkShape<ExportKey, ExportKey, ExportKey> = {
  table: 'export',
  policy: EXPORT_POLICY,
  open: sql`w.state in ('queued', 'running')`,
  key: ({ id, orgId }) => sql`w.id = ${id} and w.org_id = ${orgId}`,
  returning: sql`w.id, w.org_id as "orgId"`,
};

interface Position {
  table_index: number;
  after_key: string | null;
  chunks: number;
}

@Injectable()
export class PostgresExports extends Exports {
  private readonly work: DurableWork<ExportKey, ExportKey>;

  constructor(private readonly database: Database) {
    super();
    this.work = new DurableWork(database, SHAPE);
  }

  override async active(orgId: OrgId): Promise<string | null> {
    const [row] = await this.database.inside(sql<{ id: string }>`
      select id from app.export where org_id = ${orgId} and state in ('queued', 'running') for update`);
    return row?.id ?? null;
  }

  override async add(id: string, orgId: OrgId, requestedBy: UserId): Promise<boolean> {
    const added = await this.database.inside(sql`
      insert into app.export (id, org_id, requested_by) values (${id}, ${orgId}, ${requestedBy})
      on conflict (org_id) where state in ('queued', 'running') do nothing returning id`);
    if (added.length === 0) return false;
    const [{ kept } = { kept: 0 }] = await this.database.inside(sql<{ kept: number }>`
      select count(*)::int as kept from app.export where org_id = ${orgId} and state = 'ready'`);
    if (kept >= MOST_KEPT) throw new TooManyExports(MOST_KEPT);
    return true;
  }

  override claim(id: string, orgId: OrgId): Promise<ClaimedExport | null> {
    return this.work.claim({ id, orgId });
  }

  override async step(claimed: ClaimedExport): Promise<ExportStep | null> {
    const { id, orgId, tries } = claimed;
    const [at] = await this.database.inside(sql<Position>`
      select table_index, after_key, chunks from app.export
      where id = ${id} and org_id = ${orgId} and state in ('queued', 'running') and tries = ${tries} for update`);
    if (at === undefined) return null;
    const exported = EXPORTED[at.table_index];
    if (exported === undefined) return this.complete(claimed);

    const rows = await this.database.inside(this.stretch(orgId, exported, at.after_key));
    const data = rows.length === 0 ? null : await zip(exported, rows);
    if (data !== null) {
      await this.database.inside(sql`
        insert into app.export_chunk (org_id, export_id, seq, data) values (${orgId}, ${id}, ${at.chunks}, ${data})`);
    }
    const tableDone = rows.length < ROWS_A_STEP;
    await this.database.inside(sql`
      update app.export set state = 'running', rows = rows + ${rows.length}, bytes = bytes + ${data?.length ?? 0},
        chunks = chunks + ${data === null ? 0 : 1}, table_index = table_index + ${tableDone ? 1 : 0},
        after_key = ${tableDone ? null : rows.at(-1)!.key}, tries = 1, next_at = ${this.work.leaseEnd}
      where id = ${id} and org_id = ${orgId}`);
    return { rows: rows.length, finished: false, claimed: { ...claimed, tries: 1, isLast: false } };
  }

  private stretch(
    orgId: OrgId,
    { table, key, tenant = 'org_id', without = [] }: (typeof EXPORTED)[number],
    after: string | null,
  ): RawBuilder<{ key: string; line: Record<string, unknown> }> {
    const columns = sql.join(Object.keys(key).map((column) => sql.ref(column)));
    const last = sql.join(
      Object.values(key).map((type, at) => sql`(${after}::jsonb ->> ${at}::int)::${sql.raw(type)}`),
    );
    // Not `$1 is null or …`: that would keep the index from being used for the position.
    const beyond = after === null ? sql`` : sql`and (${columns}) > (${last})`;
    return sql<{ key: string; line: Record<string, unknown> }>`
      select jsonb_build_array(${columns})::text as key, to_jsonb(t) - ${[...without]}::text[] as line
      from ${sql.table(`app.${table}`)} t
      where ${sql.ref(tenant)} = ${orgId} ${beyond}
      order by ${columns} limit ${ROWS_A_STEP}`;
  }

  private async complete(claimed: ClaimedExport): Promise<ExportStep> {
    const ready = sql`state = 'ready', ready_at = app.now(), expires_at = app.now() + ${KEPT}::interval`;
    await this.work.whileHeld(claimed, ready);
    return { rows: 0, finished: true, claimed };
  }

  override retry(claimed: ClaimedExport, seconds: number): Promise<void> {
    return this.work.retry(claimed, seconds);
  }

  override giveUp(claimed: ClaimedExport): Promise<void> {
    return this.work.whileHeld(claimed, sql`state = 'failed'`);
  }

  override async *read(id: string, orgId: OrgId): AsyncIterable<Uint8Array> {
    for (let seq = 0; ; seq += 1) {
      const [chunk] = await this.database.read(sql<{ data: Uint8Array }>`
        select data from app.export_chunk where org_id = ${orgId} and export_id = ${id} and seq = ${seq}`);
      if (chunk === undefined) return;
      yield chunk.data;
    }
  }

  override async expire(): Promise<number> {
    await this.database.inside(sql`
      update app.export set state = 'expired' where state = 'ready' and expires_at <= app.now()`);
    const removed = await this.database.inside(sql`
      delete from app.export_chunk c using app.export e
      where e.org_id = c.org_id and e.id = c.export_id and e.state in ('expired', 'failed') returning 1`);
    return removed.length;
  }

  override giveUpStalled(): Promise<void> {
    return this.work.giveUpStalled(sql`state = 'failed'`);
  }

  override requeueStalled(limit: number, queued: readonly string[]): ReturnType<Exports['requeueStalled']> {
    return this.work.requeueStalled(limit, queued);
  }
}

function zip(
  { table, ids = {} }: (typeof EXPORTED)[number],
  rows: readonly { readonly line: Record<string, unknown> }[],
): Promise<Buffer> {
  const lines = rows.map(({ line }) => {
    const named = Object.entries(ids).map(([column, prefix]) => [column, wireOrNull(prefix, line[column])]);
    return JSON.stringify({ table, row: { ...line, ...Object.fromEntries(named) } });
  });
  return promisify(gzip)(`${lines.join('\n')}\n`);
}

/** As the API shows it, so that an export can be matched with ids that clients have stored. */
function wireOrNull(prefix: Prefix, id: unknown): string | null {
  return typeof id === 'string' ? toWire(prefix, id) : null;
}
