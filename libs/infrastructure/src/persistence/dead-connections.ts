/**
 * Releases the pool's places of connections that were lost during a transaction.
 *
 * Kysely releases a transaction's connection only after its commit or rollback has succeeded, which neither can on a
 * connection that is lost. After a server that was stopped at once, every place that was in a transaction would stay
 * taken: the pool would have no connections left, and its end would wait for ever.
 */
import type { Pool, PoolClient } from 'pg';

/** The holder has got an error from its query, and releases the connection itself where it can. */
const GRACE_MS = 1_000;

export function freeDeadConnections(pool: Pool): void {
  pool.on('connect', (client: PoolClient) => {
    client.once('end', () => {
      setTimeout(() => {
        try {
          client.release(true);
        } catch {
          // It was released, or was idle.
        }
      }, GRACE_MS).unref();
    });
  });
}
