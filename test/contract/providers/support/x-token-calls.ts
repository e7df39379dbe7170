/** What the tests of X's token endpoint have in common: secrets to look for, and the three calls that carry them. */
import type { ScriptedProvider } from './scripted-provider.js';
import { NOW } from './x-samples.js';
import { xProvider } from './x.js';

export const CODE = 'canary-code-5d1e';
export const REFRESH = 'canary-refresh-91ab';

export const good = {
  token_type: 'bearer',
  expires_in: 7200,
  access_token: 'AT2',
  refresh_token: 'RT2',
  scope: 'tweet.read users.read',
};
export const tokenInvalid = { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' };
export const codeInvalid = {
  error: 'invalid_request',
  error_description: 'Value passed for the authorization code was invalid.',
};

export function tokenCalls(x: ScriptedProvider) {
  const provider = xProvider(
    () => x.origin,
    () => NOW,
  );
  return {
    provider,
    refresh: () => provider().refresh({ accessToken: 'canary-access-77', refreshToken: REFRESH }),
    exchange: () =>
      provider().exchangeCode({ code: CODE, redirectUri: 'http://127.0.0.1/cb', codeVerifier: 'canary-verifier-3c' }),
    revoke: () => provider().revoke({ externalUserId: '1', accessToken: 'canary-access-77', refreshToken: REFRESH }),
  };
}
