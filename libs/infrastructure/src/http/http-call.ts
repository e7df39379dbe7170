/** A call to a provider, as plain data, and the answer to it. */
import type { ProviderName } from '@domain/platform.js';

export type Fields = Readonly<Record<string, string | undefined>>;

export interface HttpCall {
  readonly provider: ProviderName;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Scheme, host and port from configuration; never a URL out of a provider's answer. */
  readonly origin: string;
  readonly path: string;
  /** The path with its ids left out (`/2/users/:id/tweets`): the only form that is ever logged. */
  readonly route: string;
  readonly headers?: Fields;
  readonly query?: Fields;
  readonly form?: Fields;
  readonly json?: unknown;
  /** Overtakes calls that wait: sign-in, refresh and revocation. */
  readonly urgent?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Without secrets and ids, so it may be logged and counted as it is. */
export interface CallReport {
  readonly provider: ProviderName;
  readonly method: string;
  readonly route: string;
  readonly status: number | null;
  /** Without the time spent waiting for a place. */
  readonly ms: number;
  readonly queuedMs: number;
  readonly outcome: 'answered' | 'not_sent' | 'unknown';
  /** The transport's reason code, where there was no answer. */
  readonly reason: string | null;
}

export type OnCall = (report: CallReport) => void;

/**
 * Parameters that give access to an account, and must not be in a URL, which proxies and servers log. `input_token` is
 * Meta's one exception.
 */
const SECRET_PARAMETERS = new Set([
  'access_token',
  'refresh_token',
  'client_secret',
  'code',
  'code_verifier',
  'fb_exchange_token',
  'token',
]);

/**
 * Path and query as they are sent.
 * @throws TypeError where a secret would be put into the URL, which is a bug of ours
 */
export function requestTarget(call: HttpCall): string {
  const query = encodeFields(call.query ?? {}, (name) => {
    if (SECRET_PARAMETERS.has(name)) throw new TypeError(`${name} must not travel in a URL`);
  });
  return query === '' ? call.path : `${call.path}?${query}`;
}

/** `application/x-www-form-urlencoded`, leaving out what is undefined. */
export function encodeFields(fields: Fields, visit: (name: string) => void = () => undefined): string {
  const encoded = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    visit(name);
    encoded.append(name, value);
  }
  return encoded.toString();
}
