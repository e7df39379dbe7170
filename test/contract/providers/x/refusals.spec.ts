/** X's refusals of a read, one by one, and how long to wait. SY-09, RF-10. */
import { describe, expect, it } from '@jest/globals';
import { caught, exposed, fault } from '../support/caught.js';
import { json, text, useScriptedProvider } from '../support/scripted-provider.js';
import { NOW, problem, readerOf, TOKEN } from '../support/x-samples.js';

const x = useScriptedProvider();
const { read } = readerOf(x);

describe('a refusal', () => {
  it.each([
    ['401', 401, problem('Unauthorized', 'Unauthorized', null), 'credential_refused token_invalid'],
    [
      '402, old',
      402,
      problem('CreditsDepleted', 'Your enrolled account [1] does not have any credits', 'credits'),
      'provider_misconfigured credits_depleted credits',
    ],
    [
      '402, new',
      402,
      problem('Payment Required', 'credits depleted', 'credits-depleted'),
      'provider_misconfigured credits_depleted credits-depleted',
    ],
    [
      'the spending cap',
      403,
      problem('SpendCapReached', 'until 1 December', null),
      'provider_misconfigured credits_depleted SpendCapReached',
    ],
    [
      'the usage cap',
      429,
      problem('UsageCapExceeded', 'Usage cap exceeded: Monthly', 'usage-capped'),
      'provider_misconfigured credits_depleted usage-capped',
    ],
    [
      'not enrolled',
      403,
      problem('Client Forbidden', 'attach your app', 'client-forbidden', { reason: 'client-not-enrolled' }),
      'provider_misconfigured not_enrolled client-not-enrolled',
    ],
    [
      'the app level',
      403,
      problem('Forbidden', 'permissions', 'oauth1-permissions'),
      'provider_misconfigured app_permissions oauth1-permissions',
    ],
    [
      'an app suspended',
      403,
      problem('Forbidden', 'suspended', 'app-suspended'),
      'provider_misconfigured app_suspended app-suspended',
    ],
    [
      'a person suspended',
      403,
      {
        ...problem('Forbidden', 'The user used for authentication is suspended', null),
        type: 'https://api.twitter.com/2/problems/user-suspended',
      },
      'profile_refused suspended user-suspended',
    ],
    [
      'a person suspended, by text alone',
      403,
      problem('Forbidden', 'The user used for authentication is suspended', null),
      'profile_refused suspended',
    ],
    [
      'an account locked',
      403,
      problem('Forbidden', 'To protect our users from spam, your account is temporarily locked.', null),
      'profile_refused locked',
    ],
    ['an account locked, old', 403, { errors: [{ code: 326, message: 'locked' }] }, 'profile_refused locked 326'],
    [
      'a plain 403',
      403,
      problem('Forbidden', 'You are not permitted to perform this action.', null),
      'provider_refused',
    ],
    [
      'a bad parameter',
      400,
      {
        errors: [{ parameters: { max_results: ['3'] }, message: 'not between 5 and 100' }],
        title: 'Invalid Request',
        detail: 'invalid',
        type: 'https://api.x.com/2/problems/invalid-request',
      },
      'request_malformed invalid-request',
    ],
    ['429', 429, problem('Too Many Requests', 'Too Many Requests', null, { status: 429 }), 'provider_throttled'],
    ['429, old', 429, { errors: [{ code: 88, message: 'Rate limit exceeded' }] }, 'provider_throttled 88'],
    ['500', 500, problem('Internal', 'error', 'internal-error'), 'provider_unavailable internal-error'],
    ['a page of the edge', 503, '<html>', 'provider_unavailable'],
    ['a redirect', 301, '', 'provider_contract_broken status'],
    [
      'an account that is gone',
      200,
      {
        errors: [
          { ...problem('Not Found Error', 'Could not find user', 'resource-not-found'), resource_id: '1111111111' },
        ],
      },
      'profile_refused not_found resource-not-found',
    ],
    [
      'an account that is suspended, by its detail and against its type',
      200,
      {
        errors: [{ ...problem('Forbidden', 'User has been suspended: [1111111111].', 'resource-not-found') }],
        meta: { result_count: 0 },
      },
      'profile_refused suspended resource-not-found',
    ],
    [
      'nothing but errors, told as an empty success',
      200,
      {
        errors: [problem('Authorization Error', 'not yours', 'not-authorized-for-resource')],
        meta: { result_count: 0 },
      },
      'profile_refused protected not-authorized-for-resource',
    ],
    [
      'a protected account, by its detail alone',
      200,
      { errors: [problem('Forbidden', 'Sorry, you are not authorized to see the user with id: [1111111111].', null)] },
      'profile_refused protected',
    ],
    [
      'a protected account, told with a status of its own',
      403,
      problem('Authorization Error', 'not yours', 'not-authorized-for-resource'),
      'profile_refused protected not-authorized-for-resource',
    ],
    [
      'a reply that is not allowed, which is typed as a protected account is',
      403,
      problem(
        'Forbidden',
        'You can only reply to or quote posts where you are mentioned.',
        'not-authorized-for-resource',
      ),
      'provider_refused not-authorized-for-resource',
    ],
  ])('%s', async (_, status, body, expected) => {
    x.says(typeof body === 'string' ? text(status, body) : json(status, body));
    expect(await fault(read())).toBe(expected);
  });

  it.each([
    ['as X says', { 'x-rate-limit-reset': String(NOW.getTime() / 1000 + 300) }, 300],
    ['the longest of all', { 'retry-after': '20', 'x-rate-limit-reset': String(NOW.getTime() / 1000 + 30) }, 30],
    ['not, for a time that has passed', { 'x-rate-limit-reset': '1' }, null],
    ['not, for nonsense', { 'x-rate-limit-reset': 'soon', 'retry-after': '-1' }, null],
    ['a day at most', { 'retry-after': '1000000000' }, 86_400],
    ['until a date', { 'retry-after': 'Sun, 22 Nov 2026 10:01:00 GMT' }, 60],
    ['as told, 0 included', { 'retry-after': '0' }, 0],
    ['not, where nothing is said', {}, null],
  ])('of too many calls waits %s', async (_, headers, seconds) => {
    x.says(text(429, '', headers));
    expect(await caught(read())).toMatchObject({ retryAfter: seconds, scope: 'account' });
  });

  it('of the daily budget of the app waits for that', async () => {
    x.says(
      text(429, '', {
        'x-app-limit-24hour-remaining': '0',
        'x-app-limit-24hour-reset': String(NOW.getTime() / 1000 + 7200),
      }),
    );
    expect(await caught(read())).toMatchObject({ retryAfter: 7200, scope: 'app' });
  });

  it('shows no token, though X should echo it', async () => {
    for (const status of [400, 401, 403, 429, 500]) {
      const echo = { title: TOKEN, detail: TOKEN, type: `https://x/problems/${TOKEN}`, reason: TOKEN };
      x.says(json(status, echo, { 'x-transaction-id': TOKEN }));
      expect(exposed(await caught(read()))).not.toContain(TOKEN);
    }
  });
});
