/** Maps Graph's error codes to faults, by the table of docs/providers/meta.md, "Errors". */
import { z } from 'zod';
import {
  CodeRefused,
  CredentialRefused,
  ProfileRefused,
  ProviderContractBroken,
  ProviderMisconfigured,
  ProviderRefused,
  ProviderThrottled,
  RequestMalformed,
  type ProviderEvidence,
  type ProviderFault,
} from '@application/ports/provider-fault.js';
import { traceIdOf, undecided, wordsOf, type Effect } from '@infrastructure/http/calling.js';
import { parseJson } from '@infrastructure/http/contract.js';
import type { HttpAnswer } from '@infrastructure/http/http-call.js';
import { regainSeconds } from './graph-usage.js';

const errorBody = z.object({
  error: z.object({
    code: z.number().int(),
    error_subcode: z.number().int().optional().catch(undefined),
    /** The name that `debug_token` uses for an invalid token. */
    subcode: z.number().int().optional().catch(undefined),
    message: z.string().catch(''),
    is_transient: z.boolean().catch(false).default(false),
    fbtrace_id: z.string().optional().catch(undefined),
  }),
});

export interface GraphError {
  readonly code: number;
  readonly subcode: number | null;
  /** Translated and unstable; read only where one code means several things. */
  readonly message: string;
  readonly transient: boolean;
  readonly traceId: string | undefined;
}

/** The kind of token that made the call: the same code is about the person, one Page or our app. */
export type Speaker = 'app' | 'user' | 'page';

export interface GraphContext {
  readonly speaker: Speaker;
  readonly effect: Effect;
  readonly secrets: readonly string[];
  readonly now: Date;
}

/** The error in a body, whatever the status; null where there is none. */
export function graphErrorOf(body: unknown): GraphError | null {
  const { error } = errorBody.safeParse(body).data ?? {};
  if (!error) return null;
  return {
    code: error.code,
    subcode: error.error_subcode ?? error.subcode ?? null,
    message: error.message,
    transient: error.is_transient,
    traceId: error.fbtrace_id,
  };
}

export function graphEvidence(
  answer: HttpAnswer,
  error: GraphError | null,
  secrets: readonly string[],
): ProviderEvidence {
  const subcode = error?.subcode ?? null;
  return {
    provider: 'meta',
    status: answer.status,
    ...(error ? { code: String(error.code) } : {}),
    ...(subcode === null ? {} : { subcode: String(subcode) }),
    ...wordsOf(error?.message, secrets),
    ...traceIdOf(error?.traceId ?? answer.headers['x-fb-trace-id'], secrets),
  };
}

/** For an answer that is no success. */
export function faultOf(answer: HttpAnswer, context: GraphContext): ProviderFault {
  const error = graphErrorOf(parseJson(answer.body));
  const evidence = graphEvidence(answer, error, context.secrets);
  if (error) return graphFault(error, evidence, answer, context);
  if (context.effect === 'write' || answer.status >= 500 || answer.status === 408 || answer.status === 429)
    return undecided(evidence, context.effect);
  return new ProviderContractBroken(evidence, 'error');
}

const CREDENTIAL_REASONS = new Map([
  [458, 'app_removed'],
  [459, 'checkpoint'],
  [460, 'password_changed'],
  [463, 'token_expired'],
  [464, 'unconfirmed_account'],
  [467, 'logged_out'],
  [483, 'consent_blocked'],
] as const);

const WANTS_PAGE_TOKEN = 2069032;

/** A refusal of the content that was to be published, under the code of a throttle. */
const TOO_MANY_ACTIONS = 2207051;

const APP_THROTTLES = new Set([4, 341]);
const ACCOUNT_THROTTLES = new Set([17, 32, 613]);
const CODE_TROUBLES = new Set([36007, 36008, 36009]);
const PASSING = new Set([1, 2, -1, -2]);

/** Decides by code and subcode: `type` says OAuthException of nearly everything and the HTTP status is 400 for nearly everything. */
export function graphFault(
  error: GraphError,
  evidence: ProviderEvidence,
  answer: HttpAnswer,
  context: GraphContext,
): ProviderFault {
  const { code, subcode } = error;
  if (code === 190 || code === 102) return tokenFault(subcode, evidence, context.speaker);
  if (concernsOurSecret(error)) return new ProviderMisconfigured(evidence, 'client_credentials');
  if (isThrottle(error)) return throttled(error, evidence, answer.headers, context.now);
  if (isPermission(code)) return new ProfileRefused(evidence, 'missing_scope');
  if (code === 100 && subcode === 33) return new ProfileRefused(evidence, 'not_found');
  if (code === 803) return new ProfileRefused(evidence, 'not_found');
  if (code === 100 && subcode !== null && CODE_TROUBLES.has(subcode)) return new CodeRefused(evidence);
  if (PASSING.has(code) || error.transient || answer.status >= 500) return undecided(evidence, context.effect);
  return isMalformed(error) ? new RequestMalformed(evidence) : new ProviderRefused(evidence);
}

/**
 * For the error inside a `debug_token` answer, whose own status is 200. A used-up budget does not invalidate a token.
 */
export function deadTokenFault(error: unknown, headers: HttpAnswer['headers'], now: Date): ProviderFault {
  const found = graphErrorOf({ error });
  const evidence: ProviderEvidence = {
    provider: 'meta',
    code: found !== null && isThrottle(found) ? String(found.code) : '190',
    ...(found?.subcode ? { subcode: String(found.subcode) } : {}),
  };
  if (found !== null && isThrottle(found)) return throttled(found, evidence, headers, now);
  return tokenFault(found?.subcode ?? null, evidence, 'user');
}

function throttled(
  { code }: GraphError,
  evidence: ProviderEvidence,
  headers: HttpAnswer['headers'],
  now: Date,
): ProviderThrottled {
  const scope = APP_THROTTLES.has(code) ? 'app' : 'account';
  return new ProviderThrottled(evidence, regainSeconds(code, headers, now), scope);
}

function tokenFault(subcode: number | null, evidence: ProviderEvidence, speaker: Speaker): ProviderFault {
  if (subcode === 492) return new ProfileRefused(evidence, 'role_lost');
  // The call needs a Page's token and got another one: this is not about the grant.
  if (subcode === WANTS_PAGE_TOKEN) return new RequestMalformed(evidence);
  // The app's token is id and secret; a refusal that names no person is about those two.
  if (speaker === 'app' && subcode === null) return new ProviderMisconfigured(evidence, 'client_credentials');
  const reasons: ReadonlyMap<number, CredentialRefused['reason']> = CREDENTIAL_REASONS;
  return new CredentialRefused(evidence, reasons.get(subcode ?? 0) ?? 'token_invalid');
}

/** A wrong secret has the general codes 1 and 100, so here the text has to be read. */
function concernsOurSecret({ code, message }: GraphError): boolean {
  if (code === 101 || code === 104) return true;
  if (code === 100) return message.includes('appsecret_proof');
  return code === 1 && /validating (client secret|application)/i.test(message);
}

function isThrottle({ code, subcode }: GraphError): boolean {
  if (subcode === TOO_MANY_ACTIONS) return false;
  return APP_THROTTLES.has(code) || ACCOUNT_THROTTLES.has(code) || (code >= 80000 && code <= 80014);
}

/** A field, a parameter, an edge, a syntax or a version that Graph does not have. With a subcode, 100 is about the object. */
export function isMalformed({ code, subcode }: GraphError): boolean {
  return (code === 100 && subcode === null) || code === 2500 || code === 2635;
}

export function isPermission(code: number): boolean {
  return code === 3 || code === 10 || (code >= 200 && code <= 299);
}

/**
 * Graph found the answer too heavy to compute, or ran out of time: a smaller page may succeed, the same one will not.
 */
export function asksForLess({ error, fault }: { error: GraphError | null; fault: ProviderFault }): boolean {
  const { status, timedOut = false } = fault.evidence;
  if (error === null) return timedOut || status === 408 || status === 504;
  return PASSING.has(error.code) && /reduce the amount of data|timed? ?-?out/i.test(error.message);
}
