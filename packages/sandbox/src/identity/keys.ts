/** The demo issuer's signing key and cookie key: made once, kept in the world, so that tokens and sessions outlast a restart. */
import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { World } from '../core/world.js';

export const signingAlgorithm = 'RS256';

export async function signingKey(world: World): Promise<JWK> {
  const known = world.store.setting('issuer_key');
  if (known !== undefined) return JSON.parse(known) as JWK;
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const key = { ...jwk, use: 'sig', alg: signingAlgorithm, kid: (await calculateJwkThumbprint(jwk)).slice(0, 16) };
  // Two first requests may both have made one; the first to arrive here wins.
  const other = world.store.setting('issuer_key');
  if (other !== undefined) return JSON.parse(other) as JWK;
  world.store.setSetting('issuer_key', JSON.stringify(key));
  return key;
}

export function cookieKey(world: World): string {
  const known = world.store.setting('issuer_cookie_key');
  if (known !== undefined) return known;
  const key = randomBytes(32).toString('base64url');
  world.store.setSetting('issuer_cookie_key', key);
  return key;
}
