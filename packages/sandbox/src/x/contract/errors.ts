/** X's refusals, in the shapes of docs/providers/x.md §6.1. */
import type { Answer } from '../../core/platform.js';

/** Thrown anywhere below a route; the platform's error handler sends it. */
export class XRefusal extends Error {
  constructor(
    readonly answer: Answer,
    /** 401 and plan refusals carry no rate headers (§5); everything else does. */
    readonly bare = false,
  ) {
    super(`${answer.status}`);
  }
}

const problemType = { 'content-type': 'application/problem+json' };
export const problemUrl = (tail: string): string => `https://api.x.com/2/problems/${tail}`;

export const problem = (
  status: number,
  title: string,
  detail: string,
  type = 'about:blank',
  extra: Record<string, unknown> = {},
): Answer => ({
  status,
  headers: problemType,
  body: { title, detail, type, status, ...extra },
});

export const unauthorized = (): XRefusal => new XRefusal(problem(401, 'Unauthorized', 'Unauthorized'), true);

export const forbidden = (detail = 'You are not permitted to perform this action.', type = 'about:blank'): XRefusal =>
  new XRefusal(problem(403, 'Forbidden', detail, type));

/** Shape b: the request itself was not understood. `parameters` echoes what was sent, as X does. */
export function invalidRequest(errors: { parameters?: Record<string, string[]>; message: string }[]): XRefusal {
  return new XRefusal({
    status: 400,
    body: {
      errors: errors.map(({ parameters, message }) => (parameters ? { parameters, message } : { message })),
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
      type: problemUrl('invalid-request'),
    },
  });
}

export const badParameter = (name: string, value: string, complaint: string): XRefusal =>
  invalidRequest([
    { parameters: { [name]: [value] }, message: `The \`${name}\` query parameter value [${value}] ${complaint}` },
  ]);

/** Shape e, of the token and revoke endpoints (§2.2). */
export const oauthError = (status: 400 | 401, error: string, description: string): XRefusal =>
  new XRefusal({ status, body: { error, error_description: description } }, true);

export const notFound = (): Answer => problem(404, 'Not Found', 'Not Found');

/** §4.2: the app's plan does not cover the call. No errors[], no rate headers. */
export const clientNotEnrolled = (clientId: string): Answer =>
  problem(
    403,
    'Client Forbidden',
    'When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project. You can create a project via the developer portal.',
    problemUrl('client-forbidden'),
    {
      client_id: clientId,
      reason: 'client-not-enrolled',
      required_enrollment: 'Appropriate Level of API Access',
      registration_url: 'https://developer.twitter.com/en/docs/projects/overview',
    },
  );

export const suspended = (): Answer =>
  problem(
    403,
    'Forbidden',
    'The user used for authentication is suspended',
    'https://api.twitter.com/2/problems/user-suspended',
  );

const lockedText =
  'To protect our users from spam and other malicious activity, this account is temporarily locked. Please log in to https://x.com to unlock your account.';
export const locked = (shape: string): Answer =>
  shape === 'legacy'
    ? { status: 403, body: { errors: [{ code: 326, message: lockedText }] } }
    : problem(403, 'Forbidden', lockedText);

/** Both generations of the prepaid-credit refusal, the console's spending limit and the usage cap (§6.2, §6.3). */
export const moneyRefusals: Record<string, (spendCapStatus?: number) => Answer> = {
  depleted: () => problem(402, 'Payment Required', 'credits depleted', problemUrl('credits-depleted')),
  depleted_legacy: () => ({
    status: 402,
    headers: problemType,
    body: {
      title: 'CreditsDepleted',
      detail: 'Your enrolled account [1] does not have any credits to fulfill this request.',
      type: 'https://api.twitter.com/2/problems/credits',
    },
  }),
  spend_cap: (status = 403) =>
    problem(
      status,
      'SpendCapReached',
      'The spending limit of this billing cycle has been reached. It resets on the first of the month.',
      problemUrl('credits'),
    ),
  usage_capped: () => ({
    status: 429,
    headers: problemType,
    body: {
      title: 'UsageCapExceeded',
      detail: 'Usage cap exceeded: Monthly product cap',
      type: problemUrl('usage-capped'),
      period: 'Monthly',
      scope: 'Product',
    },
  }),
};

export const tooManyRequests = (shape: string): Answer =>
  shape === 'legacy'
    ? { status: 429, body: { errors: [{ code: 88, message: 'Rate limit exceeded' }] } }
    : problem(429, 'Too Many Requests', 'Too Many Requests');

/** Shape f: what the edge answers when the API behind it is down. */
export const edgeFailure = (status: number): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!DOCTYPE html><html><head><title>X / Error</title></head><body><h1>${status === 503 ? 'Service Unavailable' : 'Something is technically wrong.'}</h1><p>Thanks for noticing. We're going to fix it up and have things back to normal soon.</p></body></html>`,
});

/** Shape c's item: one resource of the request could not be given. */
export const missingItem = (
  resourceType: 'tweet' | 'user',
  parameter: string,
  value: string,
): Record<string, unknown> => ({
  resource_type: resourceType,
  parameter,
  resource_id: value,
  value,
  title: 'Not Found Error',
  detail: `Could not find ${resourceType} with ${parameter}: [${value}].`,
  type: problemUrl('resource-not-found'),
});

export const hiddenItem = (
  resourceType: 'tweet' | 'user',
  parameter: string,
  value: string,
): Record<string, unknown> => ({
  resource_type: resourceType,
  parameter,
  resource_id: value,
  value,
  section: 'data',
  title: 'Authorization Error',
  detail: `Sorry, you are not authorized to see the ${resourceType} with ${parameter}: [${value}].`,
  type: problemUrl('not-authorized-for-resource'),
});
