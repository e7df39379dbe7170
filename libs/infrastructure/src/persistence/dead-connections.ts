/**
 * Gives back the pool's places of connections that died in a transaction.
 *
 * Kysely releases a transaction's connection only after its commit or rollback has succeeded, which neither can on a
 * connection that is gone. A server that was stopped at once would so keep every place that was in a transaction at that
 * moment: the pool runs dry, and its end waits for ever.
 */
import type { Pool, PoolClient } from 'pg';

/** Whoever holds it has been told by their failing query, and gives it back themselves where they can. */
const GRACE_MS = 1_000;

export function freeDeadConnections(pool: Pool): void {
  pool.on('connect', (client: PoolClient) => {
    client.once('end', () => {
      setTimeout(() => {
        try {
          client.release(true);
        } catch {
          // It was given back, or lay idle.
        }
      }, GRACE_MS).unref();
    });
  });
}
