/** Reads the error bodies of the X API, in all their forms, into one. */
import { z } from 'zod';
import type { ProviderEvidence } from '@application/ports/provider-fault.js';
import { traceIdOf, wordsOf } from '@infrastructure/http/calling.js';
import { parseJson } from '@infrastructure/http/contract.js';
import type { HttpAnswer } from '@infrastructure/http/http-call.js';

/** One error of X, from a problem document, an item of `errors[]` or the old `{code, message}`. */
export interface XProblem {
  /** What follows `/problems/` in `type`; the host before it has changed and `about:blank` is common. */
  readonly tail: string | null;
  readonly title: string | null;
  readonly detail: string | null;
  readonly reason: string | null;
  readonly legacyCode: number | null;
  /** Of a partial error: the field and resource it is about. */
  readonly field: string | null;
  readonly resourceId: string | null;
}

const text = z.string().nullable().catch(null).default(null);

const problemBody = z
  .object({
    type: text,
    title: text,
    detail: text,
    message: text,
    reason: text,
    code: z.number().int().nullable().catch(null).default(null),
    field: text,
    resource_id: text,
    value: text,
  })
  .transform((body): XProblem => ({
    tail: body.type?.split('/problems/')[1] ?? null,
    title: body.title,
    detail: body.detail ?? body.message,
    reason: body.reason,
    legacyCode: body.code,
    field: body.field,
    resourceId: body.resource_id ?? body.value,
  }));

/** Partial errors of a 200; items that are no objects are passed over. */
export const partialErrors = z
  .array(problemBody.nullable().catch(null))
  .catch([])
  .default([])
  .transform((items) => items.filter((item) => item !== null));

const errorDocument = z.object({ errors: partialErrors });

/** An answer in which nothing is wrong. */
export const NOTHING: XProblem = {
  tail: null,
  title: null,
  detail: null,
  reason: null,
  legacyCode: null,
  field: null,
  resourceId: null,
};

/** Never throws: HTML or plain text from a proxy becomes a problem without details. */
export function problemOf(body: string): XProblem {
  const json = parseJson(body);
  const own = problemBody.safeParse(json).data ?? NOTHING;
  const first = errorDocument.safeParse(json).data?.errors[0] ?? NOTHING;
  return {
    ...own,
    detail: own.detail ?? first.detail,
    tail: own.tail ?? first.tail,
    title: own.title ?? first.title,
    legacyCode: own.legacyCode ?? first.legacyCode,
  };
}

/** Values of X that may be logged and shown. Anything else could be an echo of our request. */
const KNOWN_CODES = new Set([
  'resource-not-found',
  'invalid-request',
  'not-authorized-for-resource',
  'not-authorized-for-field',
  'field-unauthorized',
  'field-hydration-failure',
  'resource-unavailable',
  'disallowed-resource',
  'internal-error',
  'client-forbidden',
  'client-not-enrolled',
  'official-client-forbidden',
  'unsupported-authentication',
  'oauth1-permissions',
  'usage-capped',
  'rate-limit-exceeded',
  'user-suspended',
  'app-suspended',
  'credits',
  'credits-depleted',
  'CreditsDepleted',
  'SpendCapReached',
  'UsageCapExceeded',
  'conflict',
]);

export function evidenceOf(answer: HttpAnswer, problem: XProblem, secrets: readonly string[]): ProviderEvidence {
  const words = [problem.reason, problem.tail, problem.title].filter((word) => word !== null);
  const code = words.find((word) => KNOWN_CODES.has(word)) ?? problem.legacyCode?.toString();
  return {
    provider: 'x',
    status: answer.status,
    ...(code === undefined ? {} : { code }),
    ...wordsOf([problem.title, problem.detail].filter((word) => word !== null).join(': '), secrets),
    ...traceIdOf(answer.headers['x-transaction-id'], secrets),
  };
}
