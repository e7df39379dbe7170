/** How the database is reached: addresses, sizes of the pools, and how long a start waits for it. */
import { DatabaseUrlInvalid, parseDatabaseUrl } from '@infrastructure/database/database-url.js';
import type { Settings } from './settings.js';

export interface DatabaseSettings {
  readonly databaseUrl: string;
  /** For what needs a server to itself, past a pooler; the same where none is between. */
  readonly migrationDatabaseUrl: string;
  readonly connections: { readonly requests: number; readonly queue: number };
  readonly databaseWaitSeconds: number;
}

const MOST_CONNECTIONS = 500;
const MOST_WAIT_SECONDS = 3_600;

export function databaseSettings(settings: Settings): DatabaseSettings {
  const databaseUrl = address(settings, 'DATABASE_URL', settings.required('DATABASE_URL', FORM));
  const migration = settings.optional('MIGRATION_DATABASE_URL');
  return {
    databaseUrl,
    migrationDatabaseUrl:
      migration === undefined ? databaseUrl : address(settings, 'MIGRATION_DATABASE_URL', migration),
    ...poolSettings(settings),
  };
}

/** Those that hold for the demo as well. */
export function poolSettings(settings: Settings): Pick<DatabaseSettings, 'connections' | 'databaseWaitSeconds'> {
  return {
    connections: {
      requests: settings.wholeNumber('DATABASE_CONNECTIONS', 10, { least: 2, most: MOST_CONNECTIONS }),
      queue: settings.wholeNumber('QUEUE_CONNECTIONS', 4, { least: 1, most: MOST_CONNECTIONS }),
    },
    databaseWaitSeconds: settings.wholeNumber('DATABASE_WAIT_SECONDS', 60, { least: 0, most: MOST_WAIT_SECONDS }),
  };
}

const FORM = 'postgres://user:password@host:5432/database';

/** A password that is not escaped may end as anything, even as the host or the name: then nothing of it is tried. */
function address(settings: Settings, name: string, value: string): string {
  if (value === '') return '';
  try {
    parseDatabaseUrl(value);
  } catch (error) {
    if (!(error instanceof DatabaseUrlInvalid)) throw error;
    settings.problems.push(`${name} ${error.message}. In a password % is written %25, @ %40, / %2F, # %23, : %3A.`);
  }
  return value;
}
