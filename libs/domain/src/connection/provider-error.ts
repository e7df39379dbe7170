/** What a provider sent back instead of a code (RFC 6749 §4.1.2.1, and Meta's own parameters), and what it means. */
import { oneLine } from '../one-line.js';

export interface ProviderError {
  /** The OAuth error code; Meta answers some failures without one. */
  readonly error: string | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly description: string | null;
}

/**
 * `denied`: by the person. `unavailable`: another try may succeed. `misconfigured`: our app at the provider, which no
 * person can change here.
 */
export const PROVIDER_ERROR_KINDS = ['denied', 'unavailable', 'misconfigured', 'unknown'] as const;
export type ProviderErrorKind = (typeof PROVIDER_ERROR_KINDS)[number];

/** Cleans a provider's error for storage, log and audit: any caller can send a callback, so its text is not trusted. */
export function providerError(given: Partial<ProviderError>): ProviderError {
  const cleaned = (text: string | null | undefined, most: number): string | null =>
    text === null || text === undefined ? null : oneLine(text, most) || null;
  return {
    error: cleaned(given.error, 100),
    code: cleaned(given.code, 100),
    reason: cleaned(given.reason, 100),
    description: cleaned(given.description, 300),
  };
}

const KINDS: Readonly<Record<string, ProviderErrorKind>> = {
  access_denied: 'denied',
  server_error: 'unavailable',
  temporarily_unavailable: 'unavailable',
  invalid_request: 'misconfigured',
  invalid_scope: 'misconfigured',
  unauthorized_client: 'misconfigured',
  unsupported_response_type: 'misconfigured',
};

/** Meta's dialog, without an `error`: response type, app not active, redirect URI, scopes, feature (docs/providers/meta.md "Login dialog"). */
const META_MISCONFIGURED = new Set(['101', '191', '1349048', '1349126', '1349168', '1349186', '1349187', '1349220']);

export function kindOf({ error, code }: Pick<ProviderError, 'error' | 'code'>): ProviderErrorKind {
  if (error !== null) return Object.hasOwn(KINDS, error) ? KINDS[error]! : 'unknown';
  return code !== null && META_MISCONFIGURED.has(code) ? 'misconfigured' : 'unknown';
}
