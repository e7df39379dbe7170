/** X's refusals by name, for fault rules: `{effect: 'preset', platform: 'x', preset: 'credits_depleted'}`. */
import type { FastifyRequest } from 'fastify';
import type { Answer } from '../../core/platform.js';
import {
  clientNotEnrolled,
  edgeFailure,
  locked,
  moneyRefusals,
  problem,
  problemUrl,
  suspended,
  tooManyRequests,
} from '../contract/errors.js';

/** A limit reached, with headers that say when it ends: in a minute, so that a test can wait for it or move the clock. */
function limited(shape: string): Answer {
  const answer = tooManyRequests(shape);
  const reset = String(Math.ceil(Date.now() / 1000) + 60);
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'x-rate-limit-limit': '900',
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': reset,
    },
  };
}

const named = (make: (() => Answer) | undefined) => (): Answer =>
  make?.() ?? problem(500, 'Internal Error', 'Internal Error', problemUrl('internal-error'));

export const xPresets: Record<string, (request: FastifyRequest) => Answer> = {
  rate_limited: () => limited('problem'),
  rate_limited_legacy: () => limited('legacy'),
  /** The body alone: the headers that say when to come back are missing (docs/providers/x.md §6.2). */
  rate_limited_bare: () => tooManyRequests('problem'),
  credits_depleted: named(moneyRefusals['depleted']),
  credits_depleted_legacy: named(moneyRefusals['depleted_legacy']),
  spend_cap: named(moneyRefusals['spend_cap']),
  usage_capped: named(moneyRefusals['usage_capped']),
  unauthorized: () => problem(401, 'Unauthorized', 'Unauthorized'),
  suspended,
  locked: () => locked('problem'),
  locked_legacy: () => locked('legacy'),
  client_not_enrolled: (request) => clientNotEnrolled(request.call?.client ?? ''),
  forbidden: () => problem(403, 'Forbidden', 'You are not permitted to perform this action.'),
  oauth1_permissions: () =>
    problem(
      403,
      'Forbidden',
      'Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.',
      problemUrl('oauth1-permissions'),
    ),
  invalid_token: () => ({
    status: 400,
    body: { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' },
  }),
  invalid_grant: () => ({
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Value passed for the token was invalid.' },
  }),
  invalid_client: () => ({
    status: 401,
    body: { error: 'invalid_client', error_description: 'Client authentication failed' },
  }),
  unauthorized_client: () => ({
    status: 401,
    body: { error: 'unauthorized_client', error_description: 'Missing valid authorization header' },
  }),
  internal_error: () =>
    problem(
      500,
      'Internal Server Error',
      'Something is broken. This is usually a temporary error.',
      problemUrl('internal-error'),
    ),
  unavailable_html: () => edgeFailure(503),
  bad_gateway_html: () => edgeFailure(502),
};
