/** Ready means that the database takes writes now, not that it once did. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import { Readiness } from '@application/ports/readiness.js';
import { Database } from './database.js';

const PATIENCE_MS = 1_000;

/** The error that a write would get, so that the connection is left for one to the primary. */
const TAKES_WRITES = sql`
  do $$ begin
    if current_setting('transaction_read_only')::boolean then
      raise exception using errcode = 'read_only_sql_transaction', message = 'the server is read-only';
    end if;
  end $$`;

@Injectable()
export class PostgresReadiness extends Readiness {
  constructor(private readonly database: Database) {
    super();
  }

  override check(): Promise<boolean> {
    const answered = this.database.read(TAKES_WRITES).then(
      () => true,
      () => false,
    );
    return Promise.race([answered, sleep(PATIENCE_MS, false, { ref: false })]);
  }
}
