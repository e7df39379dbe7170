/** Checks that the database accepts writes now, on a connection of its own, apart from the pool of requests. */
import type { OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { Readiness } from '@application/ports/readiness.js';
import { clientClass } from '../database/database-client.js';
import { outage } from '../database/outage.js';
import { asUnavailable } from '../database/unavailable.js';

/** A database under load is not unavailable. */
const PATIENCE_MS = 3_000;

/** Raises the error that a write would get, so that the connection is replaced by one to the primary. */
const TAKES_WRITES = `
  do $$ begin
    if current_setting('transaction_read_only')::boolean then
      raise exception using errcode = 'read_only_sql_transaction', message = 'the server is read-only';
    end if;
  end $$`;

export class PostgresReadiness extends Readiness implements OnApplicationShutdown {
  /**
   * A connection of its own: else requests that wait for a connection would make every process unready, and the load
   * balancer would have none left.
   */
  private readonly pool: Pool;

  constructor(databaseUrl: string) {
    super();
    this.pool = new Pool({ max: 1, Client: clientClass(databaseUrl) });
    // Each connection reports its own errors.
    this.pool.on('error', () => undefined);
  }

  override check(): Promise<boolean> {
    const answered = this.pool.query(TAKES_WRITES).then(
      () => {
        outage.noteSuccess();
        return true;
      },
      (error: unknown) => {
        asUnavailable(error);
        return false;
      },
    );
    return Promise.race([answered, sleep(PATIENCE_MS, false, { ref: false })]);
  }

  onApplicationShutdown(): Promise<void> {
    return this.pool.end();
  }
}
