/** The configuration, read once, typed, and judged as a whole: a demo or the real thing, nothing between. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceClient } from '@application/organisations/identity.js';
import { isOrgId } from '@domain/organisation/organisation.js';
import { SERVICE_SCOPES } from '@domain/organisation/role.js';
import { keySettings, type KeySettings } from './key-settings.js';
import { mailSettings, type MailSettings } from './mail-settings.js';
import { ConfigInvalid, Settings, type Environment } from './settings.js';

export const ROLES = ['all', 'api', 'worker'] as const;

export interface MetaSettings {
  readonly appId: string;
  readonly appSecret: string;
  /** What Meta's callbacks may be signed with: the app's secret, and the one before it while it is being changed. */
  readonly callbackSecrets: readonly string[];
  readonly configId?: string;
  readonly scopes?: readonly string[];
  readonly dialogOrigin?: string;
  readonly graphOrigin?: string;
}

export interface XSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes?: readonly string[];
  readonly authorizeOrigin?: string;
  readonly apiOrigin?: string;
}

export interface Config extends KeySettings {
  readonly mode: 'demo' | 'real';
  readonly role: (typeof ROLES)[number];
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly databaseUrl: string;
  /** Origin; redirect URIs and links come from it, never from a header. */
  readonly publicUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly services: readonly ServiceClient[];
  readonly returnOrigins: readonly string[];
  readonly meta: MetaSettings | null;
  readonly x: XSettings | null;
  readonly mail: MailSettings | null;
  /** Origins besides the providers' own that pictures may come from. */
  readonly pictureOrigins: readonly string[];
}

/** Any of these set means the real thing; so does every META_ and X_ setting. */
const REAL_SETTINGS = [
  'DATABASE_URL',
  'ISSUER',
  'AUDIENCE',
  'SERVICE_CLIENTS',
  'PUBLIC_URL',
  'ENCRYPTION_KEYS',
  'RETURN_ORIGINS',
  'ENCRYPTION_KEYS_FILE',
];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** @throws ConfigInvalid */
export function readConfig(environment: Environment): Config {
  const settings = new Settings(environment);
  const isReal = Object.keys(environment).some(
    (name) =>
      (REAL_SETTINGS.includes(name) || /^(META|X)_[A-Z_]+$/.test(name)) && settings.optional(name) !== undefined,
  );
  const config = isReal ? real(settings) : demo(settings, environment);
  if (settings.problems.length > 0) throw new ConfigInvalid(settings.problems);
  return config;
}

function real(settings: Settings): Config {
  const meta = metaSettings(settings);
  const x = xSettings(settings);
  if (meta === null && x === null) {
    settings.problems.push(
      'No provider is set up: set META_APP_ID and META_APP_SECRET, or X_CLIENT_ID and X_CLIENT_SECRET.',
    );
  }
  return {
    ...common(settings, 'real'),
    databaseUrl: settings.required('DATABASE_URL', 'postgres://user:password@host:5432/database'),
    publicUrl: settings.url('PUBLIC_URL', settings.required('PUBLIC_URL', 'the origin people reach this at'), 'origin'),
    ...keySettings(settings),
    issuer: issuerOf(settings),
    audience: settings.required('AUDIENCE', "what the issuer's access tokens for this API name as their audience"),
    services: parseServices(settings),
    returnOrigins: origins(settings, 'RETURN_ORIGINS'),
    meta,
    x,
    mail: mailSettings(settings),
    pictureOrigins: origins(settings, 'PICTURE_ORIGINS'),
  };
}

/** The supervisor behind `npm start` hands over what it has made; without it there is no demo. */
function demo(settings: Settings, environment: Environment): Config {
  if (environment['NODE_ENV'] === 'production') {
    throw new ConfigInvalid([`Nothing is configured. Set ${REAL_SETTINGS.slice(0, 6).join(', ')} and a provider.`]);
  }
  const dataDir = settings.optional('DATA_DIR') ?? '.data';
  let made: { databaseUrl: string; encryptionKeys: string; sandboxOrigin: string; publicUrl: string };
  try {
    made = JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as typeof made;
  } catch {
    throw new ConfigInvalid([
      'Nothing is configured. `npm start` runs the demo; the README tells what the real thing needs.',
    ]);
  }
  refuseInDemo(settings);
  const sandbox = made.sandboxOrigin;
  return {
    ...common(settings, 'demo'),
    databaseUrl: made.databaseUrl,
    publicUrl: made.publicUrl,
    encryptionKeys: made.encryptionKeys,
    lostEncryptionKeys: settings.list('ENCRYPTION_KEYS_LOST'),
    issuer: `${sandbox}/oidc`,
    audience: 'social-connections',
    services: [{ clientId: 'host-platform', scopes: SERVICE_SCOPES, orgs: '*' }],
    returnOrigins: [],
    meta: {
      appId: '900100200300400',
      appSecret: 'sandbox-meta-secret',
      callbackSecrets: ['sandbox-meta-secret'],
      dialogOrigin: sandbox,
      graphOrigin: sandbox,
    },
    x: {
      clientId: 'sandbox-x-client',
      clientSecret: 'sandbox-x-secret',
      authorizeOrigin: sandbox,
      apiOrigin: sandbox,
    },
    mail: null,
    pictureOrigins: [sandbox],
  };
}

function origins(settings: Settings, name: string): string[] {
  return settings
    .list(name)
    .map((origin) => settings.url(name, origin, 'origin'))
    .filter(Boolean);
}

/** They would do nothing here, and whoever set them expects something. */
function refuseInDemo(settings: Settings): void {
  for (const name of ['SMTP_URL', 'MAIL_FROM', 'PICTURE_ORIGINS'])
    if (settings.optional(name) !== undefined)
      settings.problems.push(`${name} is for the real thing: unset it, or set the rest.`);
}

function common(
  settings: Settings,
  mode: 'demo' | 'real',
): Pick<Config, 'mode' | 'role' | 'host' | 'port' | 'logLevel'> {
  return {
    mode,
    role: settings.choice('ROLE', ROLES, 'all'),
    // A demo has well-known people in it: it is not for the network.
    host: mode === 'demo' ? '127.0.0.1' : (settings.optional('HOST') ?? '0.0.0.0'),
    port: settings.port('PORT', 4000),
    logLevel: settings.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
  };
}

/** Compared character by character with a token's `iss`, so it is kept exactly as written. */
function issuerOf(settings: Settings): string {
  const issuer = settings.required('ISSUER', 'the OpenID Connect issuer, as its tokens name it');
  return settings.url('ISSUER', issuer, 'url') === '' ? '' : issuer;
}

function metaSettings(settings: Settings): MetaSettings | null {
  if (settings.optional('META_APP_ID') === undefined && settings.optional('META_APP_SECRET') === undefined) return null;
  const configId = settings.optional('META_CONFIG_ID');
  const appSecret = settings.required('META_APP_SECRET', 'the app secret at Meta');
  const previous = settings.optional('META_APP_SECRET_PREVIOUS');
  const scopes = settings.list('META_SCOPES');
  return {
    appId: settings.required('META_APP_ID', 'the app id at Meta'),
    appSecret,
    callbackSecrets: previous === undefined ? [appSecret] : [appSecret, previous],
    ...(configId !== undefined && { configId }),
    ...(scopes.length > 0 && { scopes }),
    ...origin(settings, 'META_DIALOG_URL', 'dialogOrigin'),
    ...origin(settings, 'META_GRAPH_URL', 'graphOrigin'),
  };
}

function xSettings(settings: Settings): XSettings | null {
  if (settings.optional('X_CLIENT_ID') === undefined && settings.optional('X_CLIENT_SECRET') === undefined) return null;
  const scopes = settings.list('X_SCOPES');
  return {
    clientId: settings.required('X_CLIENT_ID', 'the OAuth 2.0 client id at X'),
    clientSecret: settings.required('X_CLIENT_SECRET', 'the OAuth 2.0 client secret at X'),
    ...(scopes.length > 0 && { scopes }),
    ...origin(settings, 'X_AUTHORIZE_URL', 'authorizeOrigin'),
    ...origin(settings, 'X_API_URL', 'apiOrigin'),
  };
}

function origin<Key extends string>(settings: Settings, name: string, key: Key): { [K in Key]?: string } {
  const value = settings.optional(name);
  return value === undefined ? {} : ({ [key]: settings.url(name, value, 'origin') } as { [K in Key]: string });
}

const SERVICES_FORM = '{"<client id>": {"scopes": ["read", …], "orgs": ["<organisation>", …] or "*"}}';

function parseServices(settings: Settings): ServiceClient[] {
  const text = settings.required('SERVICE_CLIENTS', `${SERVICES_FORM}; {} for none`);
  if (text === '') return [];
  try {
    return Object.entries(JSON.parse(text) as Record<string, { scopes: unknown; orgs: unknown }>).map(
      ([clientId, { scopes, orgs }]) => {
        const known = SERVICE_SCOPES.filter((scope) => Array.isArray(scopes) && scopes.includes(scope));
        if (!Array.isArray(scopes) || known.length !== scopes.length) throw new TypeError('scopes');
        if (orgs === '*') return { clientId, scopes: known, orgs };
        if (!Array.isArray(orgs) || !orgs.every((org) => typeof org === 'string' && isOrgId(org))) {
          throw new TypeError('orgs');
        }
        return { clientId, scopes: known, orgs };
      },
    );
  } catch {
    settings.problems.push(
      `SERVICE_CLIENTS has to be JSON: ${SERVICES_FORM}; scopes are ${SERVICE_SCOPES.join(', ')}.`,
    );
    return [];
  }
}
