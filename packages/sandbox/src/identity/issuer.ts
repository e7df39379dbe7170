/** The demo OpenID Connect issuer: oidc-provider with JWT access tokens (RFC 9068), one public client and one service. */
import type { Configuration, Provider } from 'oidc-provider';
import type { World } from '../core/world.js';
import { cookieKey, signingAlgorithm, signingKey } from './keys.js';
import { consoleClient, Records } from './records.js';
import { userBySub } from './users.js';

/** What a token must name as its audience to be meant for the product. */
export const audience = 'social-connections';
const resource = 'urn:social-connections';

export const issuerUrl = (world: World): string => `${world.origin}/oidc`;

export async function createIssuer(world: World): Promise<Provider> {
  // Loaded when first asked for: it is half of the sandbox's start, and most tests sign no person in.
  const oidc = await import('oidc-provider');
  const origins = (): Set<string> =>
    new Set([...world.options.consoleRedirectUris, ...world.apps.redirectUris()].map((uri) => new URL(uri).origin));
  const configuration: Configuration = {
    adapter: (model: string) => new Records(world, model),
    jwks: { keys: [await signingKey(world)] },
    cookies: { keys: [cookieKey(world)] },
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    // Claims go into the ID token: with a default resource, the access token is not good for a userinfo call.
    conformIdTokenClaims: false,
    clientBasedCORS: (_context, origin) => origins().has(origin),
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    interactions: { url: (_context, interaction) => `/oidc-sign-in/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          context.body = `<!doctype html><title>Sign out</title><body>${form}<button autofocus type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button></body>`;
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 3600,
          jwt: { sign: { alg: signingAlgorithm } },
        }),
      },
    },
    extraTokenClaims: (context, token) => {
      const user = 'accountId' in token ? userBySub(token.accountId) : undefined;
      const { AuthorizationCode: code, RefreshToken: refresh } = context.oidc.entities;
      const authTime = code?.authTime ?? refresh?.authTime;
      return {
        ...(user ? { name: user.name, email: user.email } : {}),
        ...(authTime === undefined ? {} : { auth_time: authTime }),
      };
    },
    findAccount: (_context, sub) => {
      const user = userBySub(sub);
      return user && { accountId: sub, claims: () => ({ ...user, email_verified: true }) };
    },
    // The console is a first-party client: no consent is asked for.
    loadExistingGrant: async (context) => {
      const { client, session, provider } = context.oidc;
      if (client?.clientId !== consoleClient || !session?.accountId) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile email offline_access');
      grant.addResourceScope(resource, '');
      await grant.save();
      return grant;
    },
    ttl: {
      Session: 86_400,
      Interaction: 3600,
      Grant: 86_400,
      IdToken: 3600,
      AccessToken: 3600,
      ClientCredentials: 3600,
      RefreshToken: 14 * 86_400,
    },
  };
  return new oidc.Provider(issuerUrl(world), configuration);
}
