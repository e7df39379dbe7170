/** What the sandbox is started with: where it listens, where it keeps its world, and which apps are registered with it. */

export interface SandboxOptions {
  host: string;
  /** 0 lets the system choose, as the tests do. */
  port: number;
  /** Path of the SQLite file, or `:memory:`. */
  data: string;
  /** Host header names answered besides the loopback ones, without port (a TLS front may send `api.x.com`). */
  hosts: string[];
  /** Prints one line per call. */
  log: boolean;
  x: { clientId: string; clientSecret: string };
  /** The two URLs are where the app's callbacks go; to nowhere where they are empty. */
  meta: { appId: string; appSecret: string; configId: string; deauthorizeUrl: string; dataDeletionUrl: string };
  /** `sheet`: pictures have the providers' addresses, where nothing of ours is; `own`: the sandbox's, which serves them. */
  pictures: 'sheet' | 'own';
  /** Redirect URIs registered with every app, compared character by character. */
  redirectUris: string[];
  /** Where the demo issuer may send a signed-in person back to. */
  consoleRedirectUris: string[];
}

export const defaultOptions: SandboxOptions = {
  host: '127.0.0.1',
  port: 4100,
  data: '.data/sandbox.sqlite',
  hosts: [],
  log: false,
  x: { clientId: 'sandbox-x-client', clientSecret: 'sandbox-x-secret' },
  meta: {
    appId: '900100200300400',
    appSecret: 'sandbox-meta-secret',
    configId: '700100200300400',
    deauthorizeUrl: '',
    dataDeletionUrl: '',
  },
  pictures: 'sheet',
  redirectUris: ['http://127.0.0.1:4000/oauth/x/callback', 'http://127.0.0.1:4000/oauth/meta/callback'],
  consoleRedirectUris: ['http://127.0.0.1:4000/'],
};

const list = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** A setting that cannot be used; its message is the one line shown to the person who started the sandbox. */
export class BadSetting extends Error {}

export function readOptions(env: Record<string, string | undefined>): SandboxOptions {
  const port = Number(env['SANDBOX_PORT'] ?? defaultOptions.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new BadSetting('SANDBOX_PORT is not a port number');
  const host = env['SANDBOX_HOST'] ?? defaultOptions.host;
  // Every caller of the control API can make tokens: it must never listen on a network.
  if (!/^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host))
    throw new BadSetting('SANDBOX_HOST must be a loopback address');
  return {
    host,
    port,
    data: env['SANDBOX_DATA'] ?? defaultOptions.data,
    hosts: list(env['SANDBOX_HOSTS']),
    log: !['', '0', 'off', 'false'].includes(env['SANDBOX_LOG'] ?? ''),
    x: {
      clientId: env['SANDBOX_X_CLIENT_ID'] ?? defaultOptions.x.clientId,
      clientSecret: env['SANDBOX_X_CLIENT_SECRET'] ?? defaultOptions.x.clientSecret,
    },
    meta: {
      appId: env['SANDBOX_META_APP_ID'] ?? defaultOptions.meta.appId,
      appSecret: env['SANDBOX_META_APP_SECRET'] ?? defaultOptions.meta.appSecret,
      configId: env['SANDBOX_META_CONFIG_ID'] ?? defaultOptions.meta.configId,
      deauthorizeUrl: env['SANDBOX_META_DEAUTHORIZE_URL'] ?? defaultOptions.meta.deauthorizeUrl,
      dataDeletionUrl: env['SANDBOX_META_DATA_DELETION_URL'] ?? defaultOptions.meta.dataDeletionUrl,
    },
    pictures: env['SANDBOX_PICTURES'] === 'own' ? 'own' : 'sheet',
    redirectUris: [...defaultOptions.redirectUris, ...list(env['SANDBOX_REDIRECT_URIS'])],
    consoleRedirectUris: [...defaultOptions.consoleRedirectUris, ...list(env['SANDBOX_CONSOLE_REDIRECT_URIS'])],
  };
}
