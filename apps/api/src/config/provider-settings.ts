/** What Meta and X know this program by; a provider of which nothing is set is off. */
import { PROVIDERS } from './environment.js';
import type { Settings } from './settings.js';

export interface MetaSettings {
  readonly appId: string;
  readonly appSecret: string;
  /** What Meta's callbacks may be signed with: the app's secret, and the one before it while it is being changed. */
  readonly callbackSecrets: readonly string[];
  readonly configId?: string;
  readonly scopes?: readonly string[];
  readonly dialogOrigin?: string;
  readonly graphOrigin?: string;
  readonly graphVersion?: string;
}

export interface XSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes?: readonly string[];
  readonly authorizeOrigin?: string;
  readonly apiOrigin?: string;
}

interface ProviderSettings {
  readonly meta: MetaSettings | null;
  readonly x: XSettings | null;
}

export function providerSettings(settings: Settings): ProviderSettings {
  const isOn = (provider: keyof typeof PROVIDERS): boolean =>
    PROVIDERS[provider].some((name) => settings.optional(name) !== undefined);
  if (!isOn('META') && !isOn('X'))
    settings.problems.push(
      'No provider is set up: set META_APP_ID and META_APP_SECRET, or X_CLIENT_ID and X_CLIENT_SECRET.',
    );
  return { meta: isOn('META') ? metaSettings(settings) : null, x: isOn('X') ? xSettings(settings) : null };
}

function metaSettings(settings: Settings): MetaSettings {
  const appId = settings.required('META_APP_ID', 'the app id at Meta');
  const appSecret = settings.required('META_APP_SECRET', 'the app secret at Meta');
  const previous = settings.optional('META_APP_SECRET_PREVIOUS');
  const configId = settings.optional('META_CONFIG_ID');
  const scopes = settings.list('META_SCOPES');
  const graphVersion = settings.optional('META_GRAPH_VERSION');
  if (graphVersion !== undefined && !/^v\d{2}\.0$/.test(graphVersion))
    settings.problems.push('META_GRAPH_VERSION is no version of the Graph API, such as v27.0.');
  return {
    appId,
    appSecret,
    callbackSecrets: previous === undefined ? [appSecret] : [appSecret, previous],
    ...(configId !== undefined && { configId }),
    ...(graphVersion !== undefined && { graphVersion }),
    ...(scopes.length > 0 && { scopes }),
    ...origin(settings, 'META_DIALOG_URL', 'dialogOrigin'),
    ...origin(settings, 'META_GRAPH_URL', 'graphOrigin'),
  };
}

function xSettings(settings: Settings): XSettings {
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
