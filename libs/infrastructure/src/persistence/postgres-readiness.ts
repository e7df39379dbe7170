/** Ready means that the database answers now, not that it once did. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import { Readiness } from '@application/ports/readiness.js';
import { Database } from './database.js';

const PATIENCE_MS = 1_000;

@Injectable()
export class PostgresReadiness extends Readiness {
  constructor(private readonly database: Database) {
    super();
  }

  override check(): Promise<boolean> {
    const answered = this.database.read(sql`select 1`).then(
      () => true,
      () => false,
    );
    return Promise.race([answered, sleep(PATIENCE_MS, false, { ref: false })]);
  }
}
