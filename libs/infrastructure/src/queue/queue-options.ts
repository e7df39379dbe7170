/** How pg-boss reaches the database: by connections of our own class, in a pool of its own. */
import type { ConstructorOptions } from 'pg-boss';
import { clientClass } from '../database/database-client.js';
import type { PoolOptions } from '../persistence/orm-options.js';

export const QUEUE_SCHEMA = 'pgboss';

export function queueOptions(databaseUrl: string, { size = 4, ...options }: PoolOptions = {}): ConstructorOptions {
  // Handed on to pg's pool, which takes more than pg-boss names.
  const pool = { max: size, Client: clientClass(databaseUrl, options) };
  // LISTEN would need a connection of its own past a pooler; polling twice a second does without.
  return { ...pool, schema: QUEUE_SCHEMA, schedule: false, useListenNotify: false };
}
