/** Reads the status of a data deletion, by the hash of its code. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql } from 'kysely';
import {
  DeletionNotFound,
  GetDeletionStatus,
  type DeletionStatus,
} from '@application/meta-callbacks/get-deletion-status.js';
import { Database, iso } from '../database.js';

@QueryHandler(GetDeletionStatus)
export class GetDeletionStatusHandler implements IQueryHandler<GetDeletionStatus> {
  constructor(private readonly database: Database) {}

  async execute({ codeHash }: GetDeletionStatus): Promise<DeletionStatus> {
    const [row] = await this.database.read(sql<{
      state: DeletionStatus['state'];
      of: DeletionStatus['of'];
      authorised_since: boolean;
      received_at: string;
      done_at: string | null;
    }>`
      select state, case when profile_external_id is null then 'person' else 'page' end as "of", authorised_since,
        received_at, done_at
      from app.provider_callback
      where code_hash = ${codeHash} and kind = 'data_deletion'`);
    if (row === undefined) throw new DeletionNotFound();
    return {
      state: row.state,
      of: row.of,
      authorisedSince: row.authorised_since,
      receivedAt: iso(row.received_at),
      doneAt: iso(row.done_at),
    };
  }
}
