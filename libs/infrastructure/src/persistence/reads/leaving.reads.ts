/** Reads exports and erasures. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql } from 'kysely';
import { GetErasure, GetErasureReceipt } from '@application/erasure/get-erasure.js';
import type { ErasureReceiptView, ErasureView } from '@application/erasure/erasure.view.js';
import { ErasureNotFound } from '@application/erasure/ports.js';
import type { ExportView } from '@application/exports/export.view.js';
import { ExportNotFound } from '@application/exports/ports.js';
import { GetExport } from '@application/exports/request-export.js';
import { toWire } from '@application/wire-ids.js';
import { Database, iso } from '../database.js';
import { EXPORTED } from '../exports/export-tables.js';

@QueryHandler(GetExport)
export class GetExportHandler implements IQueryHandler<GetExport> {
  constructor(private readonly database: Database) {}

  async execute({ orgId, id }: GetExport): Promise<ExportView> {
    const [row] = await this.database.read(sql<{
      state: ExportView['state'];
      table_index: number;
      rows: string;
      bytes: string;
      requested_at: string;
      ready_at: string | null;
      expires_at: string | null;
    }>`
      select state, table_index, rows, bytes, requested_at, ready_at, expires_at
      from app.export where org_id = ${orgId} and id = ${id}`);
    if (row === undefined) throw new ExportNotFound();
    const wire = toWire('exp', id);
    return {
      id: wire,
      state: row.state,
      progress: row.state === 'ready' || row.state === 'expired' ? 1 : row.table_index / EXPORTED.length,
      rows: Number(row.rows),
      bytes: Number(row.bytes),
      requested_at: iso(row.requested_at),
      ready_at: iso(row.ready_at),
      expires_at: iso(row.expires_at),
      download_url: row.state === 'ready' ? `/v1/orgs/${orgId}/exports/${wire}/download` : null,
    };
  }
}

interface ErasureRow {
  state: ErasureView['state'];
  requested_at: string;
  due_at: string;
  ended_at: string | null;
  connections: number;
  rows: string;
}

@QueryHandler(GetErasure)
export class GetErasureHandler implements IQueryHandler<GetErasure> {
  constructor(private readonly database: Database) {}

  async execute({ orgId }: GetErasure): Promise<ErasureView> {
    const [row] = await this.database.read(sql<ErasureRow>`
      select state, requested_at, due_at, ended_at, connections, rows from app.erasure
      where erased_org_id = ${orgId} order by requested_at desc limit 1`);
    if (row === undefined) throw new ErasureNotFound();
    return { state: row.state, requested_at: iso(row.requested_at), due_at: iso(row.due_at) };
  }
}

@QueryHandler(GetErasureReceipt)
export class GetErasureReceiptHandler implements IQueryHandler<GetErasureReceipt> {
  constructor(private readonly database: Database) {}

  async execute({ receiptHash }: GetErasureReceipt): Promise<ErasureReceiptView> {
    const [row] = await this.database.read(sql<ErasureRow>`
      select state, requested_at, due_at, ended_at, connections, rows from app.erasure
      where receipt_hash = ${receiptHash}`);
    if (row === undefined) throw new ErasureNotFound();
    return {
      state: row.state,
      requested_at: iso(row.requested_at),
      due_at: iso(row.due_at),
      ended_at: iso(row.ended_at),
      connections_disconnected: row.connections,
      rows_deleted: Number(row.rows),
    };
  }
}
