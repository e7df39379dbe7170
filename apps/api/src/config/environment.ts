/**
 * Decides from the environment whether a demo or a real deployment is meant. `npm start` uses it as well, before
 * anything is built, so this file imports nothing of ours.
 */
import { isIP } from 'node:net';

export type Environment = Readonly<Record<string, string | undefined>>;

/** An empty setting is an unset one. */
export function settingOf(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}

/** The settings that a real deployment needs, besides a provider. */
export const REQUIRED = ['DATABASE_URL', 'PUBLIC_URL', 'ENCRYPTION_KEYS', 'ISSUER', 'AUDIENCE', 'SERVICE_CLIENTS'];
const OPTIONAL = [
  'ENCRYPTION_KEYS_FILE',
  'RETURN_ORIGINS',
  'SERVICE_PROOF',
  'TOKEN_MAX_AGE_SECONDS',
  'MIGRATION_DATABASE_URL',
];

/** Any setting of a provider enables it: an incomplete provider is refused. */
export const PROVIDERS = {
  META: [
    'META_APP_ID',
    'META_APP_SECRET',
    'META_APP_SECRET_PREVIOUS',
    'META_CONFIG_ID',
    'META_SCOPES',
    'META_DIALOG_URL',
    'META_GRAPH_URL',
    'META_GRAPH_VERSION',
  ],
  X: ['X_CLIENT_ID', 'X_CLIENT_SECRET', 'X_SCOPES', 'X_AUTHORIZE_URL', 'X_API_URL'],
} as const;
/** Misspelt ones as well. */
const PROVIDER_SETTING = /^(META|X)_[A-Z0-9_]+$/;

/** Any of these set means a real deployment. */
export function realSettings(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => [...REQUIRED, ...OPTIONAL].includes(name) || PROVIDER_SETTING.test(name))
    .filter((name) => settingOf(environment, name) !== undefined)
    .toSorted();
}

/** A misspelt setting has no effect, which the operator would not notice. */
export function unknownSettings(environment: Environment): string[] {
  return realSettings(environment).flatMap((name) => {
    const provider = PROVIDER_SETTING.exec(name)?.[1] as keyof typeof PROVIDERS | undefined;
    const known: readonly string[] = provider === undefined ? [name] : PROVIDERS[provider];
    return known.includes(name)
      ? []
      : [`There is no setting ${name}: change it to one of ${known.join(', ')}, or unset it.`];
  });
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** They have no effect in a demo, which the operator would not notice. */
export function refusedInDemo(environment: Environment): string[] {
  const problems = ['SMTP_URL', 'MAIL_FROM', 'MAIL_LINK', 'PICTURE_ORIGINS']
    .filter((name) => settingOf(environment, name) !== undefined)
    .map((name) => `${name} is for a real deployment: unset it, or set the rest.`);
  const [host, role] = [settingOf(environment, 'HOST') ?? '', settingOf(environment, 'ROLE') ?? 'all'];
  // A value that is no address is ignored: some shells set the machine's name there.
  if (isIP(host) !== 0 && host !== '127.0.0.1')
    problems.push('HOST is for a real deployment: a demo listens on 127.0.0.1 alone. Unset it.');
  if (role !== 'all') problems.push('ROLE is for a real deployment: a demo is a single process. Unset it.');
  return problems;
}

/** The sentence about a level that does not exist, as the settings have it. */
export function wrongLogLevel(environment: Environment): string[] {
  const level = settingOf(environment, 'LOG_LEVEL');
  const known = level === undefined || LOG_LEVELS.some((each) => each === level);
  return known ? [] : [`LOG_LEVEL has to be one of ${LOG_LEVELS.join(', ')}.`];
}
