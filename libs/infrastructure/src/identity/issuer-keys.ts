/**
 * Fetches the issuer's public keys once, keeps them during an outage of the issuer, and limits how often forged tokens
 * make it fetch again.
 */
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

const BACK_OFF_MS = 5_000;

/** The issuer cannot be reached and its keys are not known: the caller's token is not the cause. */
export class IssuerUnreachable extends Error {}

/**
 * jose fetches again for every token while the key server is down, and drops known keys after ten minutes; here a
 * failure is followed by a pause, and the last known keys stay valid.
 */
export function issuerKeys(jwksUri: () => Promise<URL>): JWTVerifyGetKey {
  let remote: ReturnType<typeof createRemoteJWKSet> | undefined;
  let quietUntil = 0;

  return async (header, token) => {
    const lastKnown = remote?.jwks();
    if (Date.now() < quietUntil) {
      if (lastKnown === undefined) throw new IssuerUnreachable();
      return createLocalJWKSet(lastKnown)(header, token);
    }
    try {
      remote ??= createRemoteJWKSet(await jwksUri());
      return await remote(header, token);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      quietUntil = Date.now() + BACK_OFF_MS;
      if (lastKnown === undefined) throw new IssuerUnreachable();
      return createLocalJWKSet(lastKnown)(header, token);
    }
  };
}

/** An invalid token is answered 401, missing keys 503. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes(error.code);
}

/** OpenID Connect Discovery 1.0 §4: the issuer's document names its keys, and has to name the issuer itself. */
export async function discoverJwksUri(issuer: string): Promise<URL> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(5_000),
    redirect: 'error',
  });
  const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (!response.ok || document.issuer !== issuer || typeof document.jwks_uri !== 'string') {
    throw new IssuerUnreachable();
  }
  return new URL(document.jwks_uri);
}
