/** The settings of the X adapter: our registration at X, and X's addresses. */

export interface XConfig {
  /** The OAuth 2.0 client id, not the API key. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the person consents; an origin, since paths are the adapter's own. Default `https://x.com`. */
  readonly authorizeOrigin?: string;
  /** Token endpoint and API. Default `https://api.x.com`. */
  readonly apiOrigin?: string;
  readonly scopes?: readonly string[];
}

export interface XSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authorizeOrigin: string;
  readonly apiOrigin: string;
  readonly scopes: readonly string[];
}

/**
 * `offline.access` brings the refresh token; without it a connection works for two hours. docs/providers/x.md,
 * "Scopes".
 */
export const X_SCOPES = ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'] as const;

export function xSettings(config: XConfig): XSettings {
  return {
    clientId: config.clientId.trim(),
    // With a newline at the end of the secret, X answers 401 for every connection.
    clientSecret: config.clientSecret.trim(),
    authorizeOrigin: new URL(config.authorizeOrigin ?? 'https://x.com').origin,
    apiOrigin: new URL(config.apiOrigin ?? 'https://api.x.com').origin,
    scopes: config.scopes ?? X_SCOPES,
  };
}
