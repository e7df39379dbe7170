/** Reads erasures and their receipts. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql } from 'kysely';
import { GetErasure, GetErasureReceipt } from '@application/erasure/get-erasure.js';
import type { ErasureReceiptView, ErasureView } from '@application/erasure/erasure.view.js';
import { ErasureNotFound } from '@application/erasure/ports.js';
import { Database, iso } from '../database.js';

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
