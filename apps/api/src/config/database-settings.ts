/** Reads the settings of the database: addresses, sizes of the pools, and how long a start waits for it. */
import { z } from 'zod';
import { DatabaseUrlInvalid, parseDatabaseUrl } from '@infrastructure/database/database-url.js';
import { required, text, wholeNumber } from './setting.js';

export interface DatabaseSettings {
  readonly databaseUrl: string;
  /**
   * The address without a pooler, for migrations and other work that needs a session; the same where there is no
   * pooler.
   */
  readonly migrationDatabaseUrl: string;
  readonly connections: { readonly requests: number; readonly queue: number };
  readonly databaseWaitSeconds: number;
}

const MOST_CONNECTIONS = 500;
const MOST_WAIT_SECONDS = 3_600;

/**
 * Part of a password that is not escaped may be parsed as the host or the name: the URL is then refused without being
 * used.
 */
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

/** The settings that the demo reads as well. */
export const POOLS = {
  DATABASE_CONNECTIONS: wholeNumber(10, { least: 2, most: MOST_CONNECTIONS }),
  QUEUE_CONNECTIONS: wholeNumber(4, { least: 1, most: MOST_CONNECTIONS }),
  DATABASE_WAIT_SECONDS: wholeNumber(60, { least: 0, most: MOST_WAIT_SECONDS }),
};
