/** Meta's errors by code and subcode: each line of the table in docs/providers/meta.md, "Errors". RF-18, SY-09, IN-07, OB-01. */
import { describe, expect, it } from '@jest/globals';
import { caught, exposed, fault } from '../support/caught.js';
import { APP, graphError, metaProvider, USER_TOKEN } from '../support/meta-samples.js';
import { json, text, useScriptedProvider } from '../support/scripted-provider.js';

const graph = useScriptedProvider();
const provider = metaProvider(() => graph.origin);
const identify = () => provider().identify(USER_TOKEN);
const refresh = () => provider().refresh({ accessToken: USER_TOKEN, refreshToken: null });

describe('a code of Meta', () => {
  it.each([
    [190, undefined, 'credential_refused token_invalid 190'],
    [102, undefined, 'credential_refused token_invalid 102'],
    [190, 458, 'credential_refused app_removed 190/458'],
    [190, 459, 'credential_refused checkpoint 190/459'],
    [190, 460, 'credential_refused password_changed 190/460'],
    [190, 463, 'credential_refused token_expired 190/463'],
    [190, 464, 'credential_refused unconfirmed_account 190/464'],
    [190, 467, 'credential_refused logged_out 190/467'],
    [190, 483, 'credential_refused consent_blocked 190/483'],
    [190, 9999, 'credential_refused token_invalid 190/9999'],
    [190, 492, 'profile_refused role_lost 190/492'],
    [190, 2069032, 'request_malformed 190/2069032'],
    [10, undefined, 'profile_refused missing_scope 10'],
    [3, undefined, 'profile_refused missing_scope 3'],
    [200, undefined, 'profile_refused missing_scope 200'],
    [299, undefined, 'profile_refused missing_scope 299'],
    [100, undefined, 'request_malformed 100'],
    [100, 33, 'profile_refused not_found 100/33'],
    [100, 2108006, 'provider_refused 100/2108006'],
    [100, 36007, 'code_refused 100/36007'],
    [104, undefined, 'provider_misconfigured client_credentials 104'],
    [101, undefined, 'provider_misconfigured client_credentials 101'],
    [803, undefined, 'profile_refused not_found 803'],
    [1, undefined, 'provider_unavailable 1'],
    [2, undefined, 'provider_unavailable 2'],
    [-1, 2207001, 'provider_unavailable -1/2207001'],
    [4, undefined, 'provider_throttled 4'],
    [4, 2207051, 'provider_refused 4/2207051'],
    [17, undefined, 'provider_throttled 17'],
    [32, undefined, 'provider_throttled 32'],
    [341, undefined, 'provider_throttled 341'],
    [613, undefined, 'provider_throttled 613'],
    [80001, undefined, 'provider_throttled 80001'],
    [80002, undefined, 'provider_throttled 80002'],
    [368, undefined, 'provider_refused 368'],
    [2500, undefined, 'request_malformed 2500'],
    [2635, 12, 'request_malformed 2635/12'],
  ])('%i/%s', async (code, subcode, expected) => {
    graph.says(json(400, graphError(code, subcode)));
    expect(await fault(identify())).toBe(expected);
  });

  it('counts also inside a 200, and whatever the status is', async () => {
    for (const status of [200, 401, 403, 500]) {
      graph.says(json(status, graphError(190, 460)));
      expect(await fault(identify())).toBe('credential_refused password_changed 190/460');
    }
  });

  it('is not read out of texts', async () => {
    graph.says(json(400, graphError(2500, undefined, 'Error 190, session 460 has expired, code 490')));
    expect(await fault(identify())).toBe('request_malformed 2500');
  });

  it.each([
    ['Error validating client secret.', 1],
    ['Invalid appsecret_proof provided in the API argument', 100],
    ['API calls from the server require an appsecret_proof argument', 100],
  ])('is about our own secret: %s', async (message, code) => {
    graph.says(json(400, graphError(code, undefined, message)));
    expect(await fault(identify())).toBe(`provider_misconfigured client_credentials ${code}`);
  });

  it('may call itself transient', async () => {
    graph.says(json(400, graphError(9999, undefined, 'later', { is_transient: true })));
    expect(await fault(identify())).toBe('provider_unavailable 9999');
  });

  it('comes with its trace id', async () => {
    graph.says(json(400, graphError(190, 463)));
    expect(await caught(identify())).toMatchObject({
      evidence: { provider: 'meta', status: 400, code: '190', subcode: '463', traceId: 'AbCdEfGh123' },
    });
  });
});

describe('an answer without a code', () => {
  it.each([
    ['an HTML page', text(502, '<html>'), 'provider_unavailable', 'provider_outcome_unknown'],
    ['an empty 429', text(429, ''), 'provider_unavailable', 'provider_outcome_unknown'],
    ['a bare 400', text(400, 'Bad Request'), 'provider_contract_broken error', 'provider_outcome_unknown'],
    [
      'a redirect',
      text(302, '', { location: 'http://169.254.169.254' }),
      'provider_contract_broken error',
      'provider_outcome_unknown',
    ],
    ['an error that is text', json(400, { error: 'no' }), 'provider_contract_broken error', 'provider_outcome_unknown'],
    ['half a body', text(200, '{"id":"1'), 'provider_contract_broken body', 'provider_contract_broken body'],
    ['nothing', text(200, ''), 'provider_contract_broken body', 'provider_contract_broken body'],
    ['a list', json(200, []), 'provider_contract_broken meta_person', 'provider_contract_broken meta_tokens'],
  ])('%s', async (_, reply, forRead, forRefresh) => {
    graph.says(reply);
    expect(await fault(identify())).toBe(forRead);
    expect(await fault(refresh())).toBe(forRefresh);
    expect(graph.asked).toHaveLength(2);
  });
});

const usage = (entries: object) => ({ 'x-business-use-case-usage': JSON.stringify(entries) });
const entry = (type: string, minutes: unknown) => ({
  type,
  call_count: 100,
  estimated_time_to_regain_access: minutes,
});

describe('how long to wait', () => {
  it.each([
    [
      'the longest of the right type, whichever object it stands at',
      80001,
      usage({ 1: [entry('pages', 5)], 2: [entry('pages', 9), entry('instagram', 60)] }),
      540,
      'account',
    ],
    ['Instagram its own', 80002, usage({ 1: [entry('pages', 5)], 2: [entry('instagram', 60)] }), 3600, 'account'],
    ['a day at most', 80001, usage({ 1: [entry('pages', 1e9)] }), 86_400, 'account'],
    ['not said', 4, {}, null, 'app'],
    ['not said where it is 0', 80001, usage({ 1: [entry('pages', 0)] }), null, 'account'],
    ['not said in nonsense', 80001, { 'x-business-use-case-usage': '{"1":"soon"' }, null, 'account'],
    ['not said in words', 80001, usage({ 1: [entry('pages', 'soon')] }), null, 'account'],
    ['by Retry-After where that is all', 17, { 'retry-after': '30' }, 30, 'account'],
  ] as const)('%s', async (_, code, headers, retryAfter, scope) => {
    graph.says(json(400, graphError(code), headers));
    expect(await caught(identify())).toMatchObject({ retryAfter, scope });
  });
});

describe('secrets', () => {
  it('do not show, though Meta should echo them all', async () => {
    const echo = graphError(190, 460, `${USER_TOKEN} ${APP.appSecret}`, { fbtrace_id: USER_TOKEN });
    for (const status of [200, 400, 500]) {
      graph.says(json(status, echo, { 'x-fb-trace-id': USER_TOKEN, 'www-authenticate': USER_TOKEN }));
      for (const error of [await caught(identify()), await caught(refresh())]) {
        expect(exposed(error)).not.toContain(USER_TOKEN);
        expect(exposed(error)).not.toContain(APP.appSecret);
      }
    }
  });

  it('travel in header and body, never in a URL', async () => {
    graph.says(json(200, { access_token: 'LL', token_type: 'bearer', expires_in: 5183944 }));
    await refresh();
    await provider().exchangeCode({ code: 'canary-code', redirectUri: 'http://127.0.0.1/cb' });
    graph.says(json(200, { id: '1', name: 'Ada' }));
    await identify();
    for (const { url } of graph.asked) expect(url.href).not.toMatch(/canary|access_token=|client_secret/);
    const asked = graph.asked.at(-1);
    expect(asked?.headers['authorization']).toBe(`Bearer ${USER_TOKEN}`);
    expect(asked?.url.searchParams.get('appsecret_proof')).toMatch(/^[0-9a-f]{64}$/);
  });
});
