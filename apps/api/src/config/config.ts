/** Reads the configuration once, typed and checked as a whole: a demo or a real deployment, never a mixture. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SUBJECT_IS_CLIENT, type ServiceClient, type ServiceProof } from '@application/organisations/identity.js';
import { SERVICE_SCOPES } from '@domain/organisation/role.js';
import { DATABASE, POOLS, type DatabaseSettings } from './database-settings.js';
import {
  type Environment,
  LOG_LEVELS,
  PROVIDERS,
  realSettings,
  refusedInDemo,
  REQUIRED,
  settingOf,
  unknownSettings,
} from './environment.js';
import { KEYS } from './key-settings.js';
import { MAIL, MAIL_SETTINGS, type MailSettings } from './mail-settings.js';
import { metaSchema, type MetaEnvironment, xSchema, type XEnvironment } from './provider-settings.js';
import { SERVICE_CLIENTS, SERVICE_PROOF } from './service-clients.js';
import {
  choice,
  ConfigInvalid,
  host,
  list,
  port,
  readGroups,
  required,
  type WebAddresses,
  webAddresses,
  wholeNumber,
} from './setting.js';

export const ROLES = ['all', 'api', 'worker'] as const;

export interface Config extends DatabaseSettings {
  readonly encryptionKeys: string;
  /** Ids of keys that are lost. */
  readonly lostEncryptionKeys: readonly string[];
  readonly mode: 'demo' | 'real';
  readonly role: (typeof ROLES)[number];
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  /** For how long after SIGTERM requests are still accepted, while `/ready` already answers 503. */
  readonly stopDelaySeconds: number;
  /** Origin; redirect URIs and links come from it, never from a header. */
  readonly publicUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly services: readonly ServiceClient[];
  /** The claim that proves that a token was issued for client credentials. */
  readonly serviceProof: ServiceProof;
  /** Older tokens, and tokens that live longer, are refused. */
  readonly maxTokenAgeSeconds: number;
  /** Origins whose pages may call the API from a browser. */
  readonly corsOrigins: readonly string[];
  readonly returnOrigins: readonly string[];
  readonly meta: MetaEnvironment | null;
  readonly x: XEnvironment | null;
  readonly mail: MailSettings | null;
  /** Origins, besides the providers' own, from which pictures may be fetched. */
  readonly pictureOrigins: readonly string[];
}

/** @throws ConfigInvalid */
export function readConfig(environment: Environment): Config {
  // Trimmed; an empty setting is an unset one.
  const set = Object.fromEntries(Object.keys(environment).map((name) => [name, settingOf(environment, name)]));
  const real = realSettings(environment);
  return real.length > 0 ? realThing(set, real) : demo(set);
}

function realThing(set: Environment, real: readonly string[]): Config {
  const addresses = webAddresses(set['NODE_ENV'] === 'production');
  const isOn = (names: readonly string[]): boolean => names.some((name) => set[name] !== undefined);
  const groups = z.object({
    basics: basics(addresses, 5),
    database: DATABASE,
    keys: KEYS,
    callers: z.object({
      HOST: host('0.0.0.0'),
      PUBLIC_URL: required('the origin people reach this at').pipe(addresses.origin),
      // Compared character by character with a token's `iss`, so it is stored as written.
      ISSUER: required('the OpenID Connect issuer, as its tokens name it').pipe(addresses.url),
      AUDIENCE: required("what the issuer's access tokens for this API name as their audience"),
      SERVICE_CLIENTS,
      SERVICE_PROOF,
      RETURN_ORIGINS: addresses.origins,
      PICTURE_ORIGINS: addresses.origins,
    }),
    meta: metaSchema(addresses).nullable(),
    x: xSchema(addresses).nullable(),
    mail: MAIL.nullable(),
  });
  const result = readGroups(groups, {
    basics: set,
    database: set,
    keys: set,
    callers: set,
    meta: isOn(PROVIDERS.META) ? set : null,
    x: isOn(PROVIDERS.X) ? set : null,
    mail: isOn(MAIL_SETTINGS) ? set : null,
  });
  const problems = [...whyReal(set, real), ...unknownSettings(set), ...result.problems];
  if (!isOn([...PROVIDERS.META, ...PROVIDERS.X])) problems.push(NO_PROVIDER);
  if (problems.length > 0 || !('read' in result)) throw new ConfigInvalid(problems);

  const { basics: common, database, keys, callers, ...rest } = result.read;
  return {
    mode: 'real',
    ...common,
    ...database,
    encryptionKeys: keys,
    host: callers.HOST,
    publicUrl: callers.PUBLIC_URL,
    issuer: callers.ISSUER,
    audience: callers.AUDIENCE,
    services: callers.SERVICE_CLIENTS,
    serviceProof: callers.SERVICE_PROOF,
    returnOrigins: callers.RETURN_ORIGINS,
    pictureOrigins: callers.PICTURE_ORIGINS,
    ...rest,
  };
}

const NO_PROVIDER = 'No provider is set up: set META_APP_ID and META_APP_SECRET, or X_CLIENT_ID and X_CLIENT_SECRET.';

/** Where several settings are missing, the demo may have been intended, so a sentence about it is added. */
function whyReal(set: Environment, real: readonly string[]): string[] {
  const missing = REQUIRED.filter((name) => set[name] === undefined);
  if (missing.length < 2) return [];
  const [are, them] = real.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return [`This is not the demo, because ${real.join(', ')} ${are} set: unset ${them}, or set what is missing.`];
}

/** A demo needs the settings that the supervisor of `npm start` creates. */
function demo(set: Environment): Config {
  if (set['NODE_ENV'] === 'production') {
    throw new ConfigInvalid([`Nothing is configured. Set ${REQUIRED.join(', ')} and a provider.`]);
  }
  let made: { databaseUrl: string; encryptionKeys: string; sandboxOrigin: string; publicUrl: string };
  try {
    made = JSON.parse(readFileSync(join(set['DATA_DIR'] ?? '.data', 'demo.json'), 'utf8')) as typeof made;
  } catch {
    throw new ConfigInvalid([
      'Nothing is configured. `npm start` runs the demo; the README says what a real deployment needs.',
    ]);
  }
  const addresses = webAddresses(false);
  const result = readGroups(z.object({ basics: basics(addresses, 0) }), { basics: set });
  const problems = [...refusedInDemo(set), ...result.problems];
  if (problems.length > 0 || !('read' in result)) throw new ConfigInvalid(problems);
  const { databaseUrl, encryptionKeys, publicUrl, sandboxOrigin: sandbox } = made;
  return {
    mode: 'demo',
    ...result.read.basics,
    // A demo has well-known accounts: it must not be reachable over the network.
    host: '127.0.0.1',
    databaseUrl,
    migrationDatabaseUrl: databaseUrl,
    publicUrl,
    encryptionKeys,
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

/**
 * The settings that a demo reads as well.
 *
 * @param stopDelaySeconds the default: a demo has no load balancer that reads `/ready`
 */
function basics({ origins }: WebAddresses, stopDelaySeconds: number) {
  return z
    .object({
      ROLE: choice(ROLES, 'all'),
      PORT: port(4000),
      STOP_DELAY_SECONDS: wholeNumber(stopDelaySeconds, { least: 0, most: 300 }),
      LOG_LEVEL: choice(LOG_LEVELS, 'info'),
      CORS_ORIGINS: origins,
      TOKEN_MAX_AGE_SECONDS: wholeNumber(86_400, { least: 60, most: 2_592_000 }),
      ENCRYPTION_KEYS_LOST: list,
      ...POOLS,
    })
    .transform((set) => ({
      role: set.ROLE,
      port: set.PORT,
      stopDelaySeconds: set.STOP_DELAY_SECONDS,
      logLevel: set.LOG_LEVEL,
      corsOrigins: set.CORS_ORIGINS,
      maxTokenAgeSeconds: set.TOKEN_MAX_AGE_SECONDS,
      lostEncryptionKeys: set.ENCRYPTION_KEYS_LOST,
      connections: { requests: set.DATABASE_CONNECTIONS, queue: set.QUEUE_CONNECTIONS },
      databaseWaitSeconds: set.DATABASE_WAIT_SECONDS,
    }));
}
