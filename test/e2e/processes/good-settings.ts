// Settings that a process starts with, and what `readConfig` says of others.
import { readConfig } from '../../../apps/api/src/config/config.js';
import { ConfigInvalid } from '../../../apps/api/src/config/setting.js';
import { apiSettings, type Env } from '../../support/processes.js';
import { keyText } from '../../support/encryption-key.js';

export const SECRETS = {
  ENCRYPTION_KEYS: `k1:${keyText(9)}`,
  META_APP_SECRET: 'a-meta-secret-that-must-stay-hidden',
  X_CLIENT_SECRET: 'an-x-secret-that-must-stay-hidden',
};
// Nothing is called while starting: the provider need not be there.
export const good = (databaseUrl: string): Env => ({
  ...apiSettings(databaseUrl, 'http://127.0.0.1:9'),
  PUBLIC_URL: 'http://127.0.0.1:4999',
  DATABASE_WAIT_SECONDS: '1',
  ...SECRETS,
});

/** What the settings come to, without a process: as `readConfig` tells it at the start of one. */
export function problemsOf(settings: Env): readonly string[] {
  try {
    readConfig(settings);
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
  return [];
}
