/** The ORM options of the program, the migrations and the tests. */
import type { MigrationObject } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type Options } from '@mikro-orm/postgresql';
import { clientClass, type ClientOptions } from '../database/database-client.js';
import { parseDatabaseUrl } from '../database/database-url.js';
import { freeDeadConnections } from './dead-connections.js';
import { Foundation } from './migrations/foundation.js';

/** All migrations, in order: named here, so that the list is the same in a build and in a test. */
export const MIGRATIONS: readonly MigrationObject[] = [{ name: '0001-foundation', class: Foundation }];

/**
 * A request that waits longer for a connection of the pool is answered 503: there are more than the database can serve.
 */
const PLACE_WITHIN_MS = 10_000;

export interface PoolOptions extends ClientOptions {
  /** Connections at most. */
  readonly size?: number;
}

export function ormOptions(databaseUrl: string, { size = 10, ...options }: PoolOptions = {}): Options {
  return defineConfig({
    dbName: parseDatabaseUrl(databaseUrl).database,
    schema: 'app',
    extensions: [Migrator],
    migrations: { migrationsList: [...MIGRATIONS], tableName: 'migration', snapshot: false },
    // Two changed entities of one type would be written in one UPDATE that forgets their versions.
    useBatchUpdates: false,
    // Timestamps have microseconds in the database and milliseconds here; the zone is UTC everywhere.
    timezone: 'Z',
    forceUtcTimezone: true,
    logger: () => {},
    pool: { max: size },
    driverOptions: {
      Client: clientClass(databaseUrl, options),
      connectionTimeoutMillis: PLACE_WITHIN_MS,
      onPoolCreated: freeDeadConnections,
    },
  });
}
