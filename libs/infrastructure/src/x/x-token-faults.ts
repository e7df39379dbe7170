/** Maps refusals of X's token endpoint to faults. docs/providers/x.md, "Errors of the token endpoint". */
import { z } from 'zod';
import {
  CodeRefused,
  CredentialRefused,
  ProviderMisconfigured,
  ProviderRefused,
  ProviderUnavailable,
  type ProviderEvidence,
  type ProviderFault,
} from '@application/ports/provider-fault.js';
import { undecided } from '@infrastructure/http/calling.js';
import { parseJson } from '@infrastructure/http/contract.js';
import type { HttpAnswer } from '@infrastructure/http/http-call.js';
import { appTrouble, throttled } from './x-api-faults.js';
import { evidenceOf, problemOf } from './x-problem.js';

export type TokenOperation = 'exchange' | 'refresh' | 'revoke';

/** RFC 6749 §5.2 */
const oauthError = z.object({ error: z.string(), error_description: z.string().catch('').default('') });

/** Codes that may be logged and shown; another one could be an echo of our request. */
const KNOWN_ERRORS = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'unsupported_token_type',
  'server_error',
  'temporarily_unavailable',
]);

const CLIENT_ERRORS = new Set(['invalid_client', 'unauthorized_client']);

/**
 * A refusal is definite only with an OAuth error body: it shows that the endpoint itself processed the request. A bare
 * 429 or 5xx may come from a proxy after the token was rotated.
 */
export function tokenFault(
  answer: HttpAnswer,
  operation: TokenOperation,
  secrets: readonly string[],
  now: Date,
): ProviderFault {
  const problem = problemOf(answer.body);
  const general = evidenceOf(answer, problem, secrets);
  const trouble = appTrouble(problem, answer.status);
  if (trouble) return new ProviderMisconfigured(general, trouble);
  const error = oauthError.safeParse(parseJson(answer.body)).data;
  if (!error || answer.status < 400) return undecided(general, 'write');
  const evidence: ProviderEvidence = KNOWN_ERRORS.has(error.error) ? { ...general, code: error.error } : general;
  // About our own client id and secret: it is not about any person's token.
  if (answer.status === 401 || CLIENT_ERRORS.has(error.error))
    return new ProviderMisconfigured(evidence, 'client_credentials');
  if (answer.status === 429) return throttled(answer, evidence, now);
  if (answer.status >= 500) return new ProviderUnavailable(evidence);
  if (operation === 'refresh' && refusesToken(error)) return new CredentialRefused(evidence, 'token_invalid');
  if (operation === 'exchange' && refusesCode(error)) return new CodeRefused(evidence);
  return new ProviderRefused(evidence);
}

/** True where X answers that there is no such token: a revocation then counts as done. */
export function isTokenRefusal(answer: HttpAnswer): boolean {
  const error = oauthError.safeParse(parseJson(answer.body)).data;
  return answer.status === 400 && error !== undefined && refusesToken(error);
}

type OAuthError = z.infer<typeof oauthError>;

/** X answers `invalid_request` with this text where RFC 6749 §5.2 has `invalid_grant`; other `invalid_request`s are bugs of ours. */
function refusesToken(error: OAuthError): boolean {
  return error.error === 'invalid_grant' || saysInvalid(error, 'token');
}

function refusesCode(error: OAuthError): boolean {
  return error.error === 'invalid_grant' || saysInvalid(error, 'authorization code');
}

function saysInvalid(error: OAuthError, what: string): boolean {
  const text = error.error_description.trim().toLowerCase();
  return error.error === 'invalid_request' && text.startsWith(`value passed for the ${what} was invalid`);
}
