/** Meta's refusals by name, for fault rules: `{effect: 'preset', platform: 'meta', preset: 'throttled_page'}`. */
import type { Answer } from '../../core/platform.js';
import { GraphError } from '../contract/errors.js';
import { traceId } from '../graph/trace.js';

function refusal(error: GraphError): Answer {
  return {
    status: error.status,
    headers: { 'content-type': 'application/json; charset=UTF-8', 'www-authenticate': error.challengeHeader() },
    body: error.body(traceId()),
  };
}

export const metaPresets: Record<string, () => Answer> = {
  throttled_app: () => refusal(new GraphError(4, '(#4) Application request limit reached', { transient: true })),
  throttled_user: () => refusal(new GraphError(17, '(#17) User request limit reached', { transient: true })),
  throttled_page: () =>
    refusal(
      new GraphError(80001, '(#80001) There have been too many calls to this Page account.', { transient: true }),
    ),
  throttled_instagram: () =>
    refusal(
      new GraphError(80002, '(#80002) There have been too many calls to this Instagram account.', {
        transient: true,
      }),
    ),
  temporary: () => refusal(new GraphError(2, '(#2) Service temporarily unavailable', { transient: true })),
  unknown_error: () => refusal(new GraphError(1, 'An unknown error occurred', { transient: false })),
  too_much_data: () =>
    refusal(new GraphError(1, "Please reduce the amount of data you're asking for, then retry your request")),
  token_expired: () =>
    refusal(new GraphError(190, 'Error validating access token: Session has expired.', { subcode: 463 })),
  password_changed: () =>
    refusal(new GraphError(190, 'Error validating access token: The session has been invalidated.', { subcode: 460 })),
  permission_missing: () => refusal(new GraphError(10, '(#10) Application does not have permission for this action')),
};
