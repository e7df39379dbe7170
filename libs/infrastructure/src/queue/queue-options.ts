/** The options with which pg-boss connects to the database: our own class of connections, in a pool of its own. */
import type { ConstructorOptions } from 'pg-boss';
import { clientClass } from '../database/database-client.js';
import type { PoolOptions } from '../persistence/orm-options.js';

export const QUEUE_SCHEMA = 'pgboss';

export function queueOptions(databaseUrl: string, { size = 4, ...options }: PoolOptions = {}): ConstructorOptions {
  // Passed on to pg's pool, which has more options than pg-boss's types name.
  const pool = { max: size, Client: clientClass(databaseUrl, options) };
  // LISTEN would need a connection of its own past a pooler; polling twice a second does not.
  return { ...pool, schema: QUEUE_SCHEMA, schedule: false, useListenNotify: false };
}
