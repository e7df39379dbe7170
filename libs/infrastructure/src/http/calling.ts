/** Makes a call and turns failures below HTTP into the faults of the provider port. */
import type { ProviderName } from '@domain/platform.js';
import {
  ProviderOutcomeUnknown,
  ProviderUnavailable,
  type ProviderEvidence,
  type ProviderFault,
} from '@application/ports/provider-fault.js';
import type { HttpAnswer, HttpCall } from './http-call.js';
import type { HttpClient } from './http-client.js';
import { TransportError } from './transport-error.js';

/**
 * `read`: repeating it is harmless, so a lost answer is merely unavailable. `write`: the call of a lost answer may have
 * been carried out (a code used up, a refresh token rotated).
 */
export type Effect = 'read' | 'write';

export async function answerOf(http: HttpClient, call: HttpCall, effect: Effect): Promise<HttpAnswer> {
  try {
    return await http.send(call);
  } catch (error) {
    if (error instanceof TransportError) throw transportFault(error, call.provider, effect);
    throw error;
  }
}

export function transportFault(error: TransportError, provider: ProviderName, effect: Effect): ProviderFault {
  const evidence: ProviderEvidence = {
    provider,
    ...(error.status === null ? {} : { status: error.status }),
    ...(error.reason === 'timeout' || error.reason === 'headers_timeout' ? { timedOut: true } : {}),
  };
  return undecided(evidence, error.outcome === 'not_sent' ? 'read' : effect);
}

/** For an answer from which one cannot tell whether the request was carried out. */
export function undecided(evidence: ProviderEvidence, effect: Effect): ProviderFault {
  return effect === 'write' ? new ProviderOutcomeUnknown(evidence) : new ProviderUnavailable(evidence);
}

/**
 * A trace id fit to be shown and logged: short, plain, and not a piece of anything secret, because a hostile or broken
 * provider may echo a token instead of a trace id.
 */
export function traceIdOf(value: string | undefined, secrets: readonly string[]): { traceId?: string } {
  if (value === undefined || !/^[\w.:-]{4,64}$/.test(value)) return {};
  const echoed = secrets.some((secret) => secret !== '' && (secret.includes(value) || value.includes(secret)));
  return echoed ? {} : { traceId: value };
}

const MOST_WORDS = 300;
/** As long as the shortest token of either provider; an id of theirs is shorter, or digits alone. */
const TOKEN_LIKE = /(?!\d+(?![\w%|+/=.~-]))[\w%|+/=.~-]{24,}/g;

/** The provider's own sentence, fit for the log: one line, short, and without a secret or what may be one. */
export function wordsOf(text: string | undefined, secrets: readonly string[]): { words?: string } {
  if (text === undefined || text.trim() === '') return {};
  // Invisible characters are removed first: one of them inside a secret would keep the secret from being recognised.
  const line = text
    .replace(/\p{Cf}+/gu, '')
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}+/gu, '');
  const known = secrets
    .filter((secret) => secret !== '')
    .reduce((words, secret) => words.replaceAll(secret, '…'), line);
  return { words: known.replace(TOKEN_LIKE, '…').slice(0, MOST_WORDS) };
}

const LONGEST_WAIT = 86_400;

/** Seconds from a `Retry-After` (RFC 9110 §10.2.3: a number or a date); null where it is missing or makes no sense. */
export function retryAfterSeconds(value: string | undefined, now: Date): number | null {
  if (value === undefined) return null;
  if (/^\d{1,10}$/.test(value)) return boundedWait(Number(value));
  return /^[A-Z][a-z]{2}, /.test(value) ? secondsUntil(Date.parse(value) / 1000, now) : null;
}

/** Seconds until an epoch second; null for one that has passed or is no time at all. */
export function secondsUntil(epochSeconds: number, now: Date): number | null {
  if (!Number.isFinite(epochSeconds)) return null;
  const wait = Math.ceil(epochSeconds - now.getTime() / 1000);
  return wait > 0 ? boundedWait(wait) : null;
}

/** No window of either provider is longer than a day; a larger figure is wrong. */
export function boundedWait(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), 0), LONGEST_WAIT);
}
