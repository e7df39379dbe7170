/** Reads exports. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql } from 'kysely';
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
