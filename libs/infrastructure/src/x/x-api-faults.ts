/** Maps refusals of the X API to faults. docs/providers/x.md, "Errors of the API". */
import {
  CredentialRefused,
  ProfileRefused,
  ProviderContractBroken,
  ProviderMisconfigured,
  ProviderRefused,
  ProviderThrottled,
  ProviderUnavailable,
  RequestMalformed,
  type ProviderEvidence,
  type ProviderFault,
} from '@application/ports/provider-fault.js';
import { boundedWait, retryAfterSeconds, secondsUntil } from '@infrastructure/http/calling.js';
import type { HttpAnswer } from '@infrastructure/http/http-call.js';
import { evidenceOf, problemOf, type XProblem } from './x-problem.js';

type AppTrouble = ProviderMisconfigured['reason'];

/**
 * Refusals that are about our app, by the end of the type, by title or by reason. The status does not decide: an
 * exhausted budget has been seen as 402, 403 and 429.
 */
const APP_TROUBLES: ReadonlyMap<string, AppTrouble> = new Map([
  ['credits', 'credits_depleted'],
  ['credits-depleted', 'credits_depleted'],
  ['CreditsDepleted', 'credits_depleted'],
  ['SpendCapReached', 'credits_depleted'],
  ['usage-capped', 'credits_depleted'],
  ['UsageCapExceeded', 'credits_depleted'],
  ['client-not-enrolled', 'not_enrolled'],
  ['official-client-forbidden', 'not_enrolled'],
  ['client-forbidden', 'not_enrolled'],
  ['Client Forbidden', 'not_enrolled'],
  ['oauth1-permissions', 'app_permissions'],
  ['app-suspended', 'app_suspended'],
]);

export function apiFault(answer: HttpAnswer, secrets: readonly string[], now: Date): ProviderFault {
  const problem = problemOf(answer.body);
  const evidence = evidenceOf(answer, problem, secrets);
  const { status } = answer;
  const trouble = appTrouble(problem, status);
  if (trouble) return new ProviderMisconfigured(evidence, trouble);
  if (status === 401) return new CredentialRefused(evidence, 'token_invalid');
  if (status === 429 || problem.legacyCode === 88) return throttled(answer, evidence, now);
  if (status >= 500 || status === 408) return new ProviderUnavailable(evidence);
  if (status === 400) return new RequestMalformed(evidence);
  if (status > 400) return refusal(problem, evidence);
  return new ProviderContractBroken(evidence, 'status');
}

/** A 200 that holds nothing but errors about the account asked for. */
export function accountFault(problem: XProblem, answer: HttpAnswer, secrets: readonly string[]): ProviderFault {
  return refusal(problem, evidenceOf(answer, problem, secrets));
}

export function appTrouble(problem: XProblem, status: number): AppTrouble | null {
  for (const word of [problem.reason, problem.tail, problem.title]) {
    const trouble = word === null ? undefined : APP_TROUBLES.get(word);
    if (trouble) return trouble;
  }
  return status === 402 ? 'credits_depleted' : null;
}

/**
 * Suspended and locked accounts keep their tokens: the connection is fine, the account is not. The detail before the
 * type: X calls a suspended account `resource-not-found`.
 */
function refusal(problem: XProblem, evidence: ProviderEvidence): ProviderFault {
  const detail = problem.detail ?? '';
  if (
    problem.tail === 'user-suspended' ||
    problem.legacyCode === 64 ||
    /authentication is suspended|user has been suspended/i.test(detail)
  )
    return new ProfileRefused(evidence, 'suspended');
  if (problem.legacyCode === 326 || /account is temporarily locked/i.test(detail))
    return new ProfileRefused(evidence, 'locked');
  if (isProtected(problem)) return new ProfileRefused(evidence, 'protected');
  if (problem.tail === 'resource-not-found') return new ProfileRefused(evidence, 'not_found');
  return new ProviderRefused(evidence);
}

/** The type alone does not say it: a reply that X forbids has the same one under another title. */
function isProtected({ tail, title, detail }: XProblem): boolean {
  if (/not authorized to (?:see|view) the user/i.test(detail ?? '')) return true;
  return tail === 'not-authorized-for-resource' && title === 'Authorization Error';
}

/** The longest of the waits that X names; its daily budgets have headers of their own. */
export function throttled(answer: HttpAnswer, evidence: ProviderEvidence, now: Date): ProviderThrottled {
  const { headers } = answer;
  const appBudgetGone = headers['x-app-limit-24hour-remaining'] === '0';
  const resets = [
    headers['x-rate-limit-reset'],
    headers['x-user-limit-24hour-remaining'] === '0' ? headers['x-user-limit-24hour-reset'] : undefined,
    appBudgetGone ? headers['x-app-limit-24hour-reset'] : undefined,
  ].map((reset) => (reset !== undefined && /^\d{1,12}$/.test(reset) ? secondsUntil(Number(reset), now) : null));
  const waits = [retryAfterSeconds(headers['retry-after'], now), ...resets].filter((wait) => wait !== null);
  const wait = waits.length === 0 ? null : boundedWait(Math.max(...waits));
  return new ProviderThrottled(evidence, wait, appBudgetGone ? 'app' : 'account');
}
