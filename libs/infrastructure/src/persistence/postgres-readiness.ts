/** Ready means that the database takes writes now, not that it once did, and not that a place in the pool of requests is free. */
import type { OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { Readiness } from '@application/ports/readiness.js';
import { clientClass } from '../database/database-client.js';
import { outage } from '../database/outage.js';
import { asUnavailable } from '../database/unavailable.js';

/** A database under load is not one that is away. */
const PATIENCE_MS = 3_000;

/** The error that a write would get, so that the connection is left for one to the primary. */
const TAKES_WRITES = `
  do $$ begin
    if current_setting('transaction_read_only')::boolean then
      raise exception using errcode = 'read_only_sql_transaction', message = 'the server is read-only';
    end if;
  end $$`;

export class PostgresReadiness extends Readiness implements OnApplicationShutdown {
  /** Its own: requests that wait for each other would else take every process out of a load balancer, the last one too. */
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
