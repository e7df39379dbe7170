/** The configuration, read once, typed, and judged as a whole: a demo or the real thing, nothing between. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUBJECT_IS_CLIENT, type ServiceClient, type ServiceProof } from '@application/organisations/identity.js';
import { SERVICE_SCOPES } from '@domain/organisation/role.js';
import { databaseSettings, type DatabaseSettings, poolSettings } from './database-settings.js';
import { LOG_LEVELS, type Environment, realSettings, refusedInDemo, REQUIRED, unknownSettings } from './environment.js';
import { keySettings, type KeySettings } from './key-settings.js';
import { mailSettings, type MailSettings } from './mail-settings.js';
import { type MetaSettings, providerSettings, type XSettings } from './provider-settings.js';
import { serviceClients, serviceProof } from './service-clients.js';
import { ConfigInvalid, Settings } from './settings.js';

export const ROLES = ['all', 'api', 'worker'] as const;

export interface Config extends KeySettings, DatabaseSettings {
  readonly mode: 'demo' | 'real';
  readonly role: (typeof ROLES)[number];
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  /** For how long after SIGTERM requests are still taken, while `/ready` already says no. */
  readonly stopDelaySeconds: number;
  /** Origin; redirect URIs and links come from it, never from a header. */
  readonly publicUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly services: readonly ServiceClient[];
  /** How a token proves that a service got it for itself. */
  readonly serviceProof: ServiceProof;
  /** Older tokens, and tokens that live longer, are refused. */
  readonly maxTokenAgeSeconds: number;
  /** Origins whose pages may call the API from a browser. */
  readonly corsOrigins: readonly string[];
  readonly returnOrigins: readonly string[];
  readonly meta: MetaSettings | null;
  readonly x: XSettings | null;
  readonly mail: MailSettings | null;
  /** Origins besides the providers' own that pictures may come from. */
  readonly pictureOrigins: readonly string[];
}

/** @throws ConfigInvalid */
export function readConfig(environment: Environment): Config {
  const settings = new Settings(environment);
  const real = realSettings(environment);
  const config = real.length > 0 ? realThing(settings) : demo(settings, environment);
  const problems = [...whyReal(settings, real), ...unknownSettings(environment), ...settings.problems];
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return config;
}

/** One setting that was forgotten speaks for itself; where more is missing, it may be the demo that was wanted. */
function whyReal(settings: Settings, real: readonly string[]): string[] {
  const missing = REQUIRED.filter((name) => settings.optional(name) === undefined);
  if (real.length === 0 || missing.length < 2) return [];
  const [are, them] = real.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return [`This is not the demo, because ${real.join(', ')} ${are} set: unset ${them}, or set what is missing.`];
}

function realThing(settings: Settings): Config {
  return {
    ...common(settings, 'real'),
    ...databaseSettings(settings),
    publicUrl: settings.url('PUBLIC_URL', settings.required('PUBLIC_URL', 'the origin people reach this at'), 'origin'),
    ...keySettings(settings),
    issuer: issuerOf(settings),
    audience: settings.required('AUDIENCE', "what the issuer's access tokens for this API name as their audience"),
    services: serviceClients(settings),
    serviceProof: serviceProof(settings),
    returnOrigins: origins(settings, 'RETURN_ORIGINS'),
    ...providerSettings(settings),
    mail: mailSettings(settings),
    pictureOrigins: origins(settings, 'PICTURE_ORIGINS'),
  };
}

/** The supervisor behind `npm start` hands over what it has made; without it there is no demo. */
function demo(settings: Settings, environment: Environment): Config {
  if (environment['NODE_ENV'] === 'production') {
    throw new ConfigInvalid([`Nothing is configured. Set ${REQUIRED.join(', ')} and a provider.`]);
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
  settings.problems.push(...refusedInDemo(environment));
  const sandbox = made.sandboxOrigin;
  return {
    ...common(settings, 'demo'),
    databaseUrl: made.databaseUrl,
    migrationDatabaseUrl: made.databaseUrl,
    ...poolSettings(settings),
    publicUrl: made.publicUrl,
    encryptionKeys: made.encryptionKeys,
    lostEncryptionKeys: settings.list('ENCRYPTION_KEYS_LOST'),
    issuer: `${sandbox}/oidc`,
    audience: 'social-connections',
    services: [{ clientId: 'host-platform', name: 'Host Platform', scopes: SERVICE_SCOPES, orgs: '*' }],
    serviceProof: SUBJECT_IS_CLIENT,
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

function common(
  settings: Settings,
  mode: 'demo' | 'real',
): Pick<
  Config,
  'mode' | 'role' | 'host' | 'port' | 'logLevel' | 'stopDelaySeconds' | 'corsOrigins' | 'maxTokenAgeSeconds'
> {
  return {
    mode,
    role: settings.choice('ROLE', ROLES, 'all'),
    // A demo has well-known people in it: it is not for the network.
    host: mode === 'demo' ? '127.0.0.1' : settings.host('HOST', '0.0.0.0'),
    port: settings.port('PORT', 4000),
    // Nothing in front of a demo asks whether it is ready.
    stopDelaySeconds: settings.wholeNumber('STOP_DELAY_SECONDS', mode === 'demo' ? 0 : 5, { least: 0, most: 300 }),
    logLevel: settings.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    corsOrigins: origins(settings, 'CORS_ORIGINS'),
    maxTokenAgeSeconds: settings.wholeNumber('TOKEN_MAX_AGE_SECONDS', 86_400, { least: 60, most: 2_592_000 }),
  };
}

/** Compared character by character with a token's `iss`, so it is kept exactly as written. */
function issuerOf(settings: Settings): string {
  const issuer = settings.required('ISSUER', 'the OpenID Connect issuer, as its tokens name it');
  return settings.url('ISSUER', issuer, 'url') === '' ? '' : issuer;
}
