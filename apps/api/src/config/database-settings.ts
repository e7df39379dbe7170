/** How the database is reached: addresses, sizes of the pools, and how long a start waits for it. */
import { z } from 'zod';
import { DatabaseUrlInvalid, parseDatabaseUrl } from '@infrastructure/database/database-url.js';
import { required, text, wholeNumber } from './setting.js';

export interface DatabaseSettings {
  readonly databaseUrl: string;
  /** For what needs a server to itself, past a pooler; the same where none is between. */
  readonly migrationDatabaseUrl: string;
  readonly connections: { readonly requests: number; readonly queue: number };
  readonly databaseWaitSeconds: number;
}

const MOST_CONNECTIONS = 500;
const MOST_WAIT_SECONDS = 3_600;

/** A password that is not escaped may end as anything, even as the host or the name: then nothing of it is tried. */
const address = text((value) => {
  try {
    parseDatabaseUrl(value);
    return null;
  } catch (error) {
    if (!(error instanceof DatabaseUrlInvalid)) throw error;
    return `${error.message}. In a password % is written %25, @ %40, / %2F, # %23, : %3A`;
  }
});

export const DATABASE = z
  .object({
    DATABASE_URL: required('postgres://user:password@host:5432/database').pipe(address),
    MIGRATION_DATABASE_URL: address.optional(),
  })
  .transform(({ DATABASE_URL: databaseUrl, MIGRATION_DATABASE_URL: migrationDatabaseUrl = databaseUrl }) => ({
    databaseUrl,
    migrationDatabaseUrl,
  }));

/** Those that hold for the demo as well. */
export const POOLS = {
  DATABASE_CONNECTIONS: wholeNumber(10, { least: 2, most: MOST_CONNECTIONS }),
  QUEUE_CONNECTIONS: wholeNumber(4, { least: 1, most: MOST_CONNECTIONS }),
  DATABASE_WAIT_SECONDS: wholeNumber(60, { least: 0, most: MOST_WAIT_SECONDS }),
};
