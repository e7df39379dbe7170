/** `POST /_sandbox/token`: issues tokens without a browser, valid ones and ones that must be refused. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { generateKeyPair, importJWK, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { z } from 'zod';
import { parse } from '../core/requests.js';
import { ControlError } from '../core/platform.js';
import type { World } from '../core/world.js';
import { audience, issuerUrl } from './issuer.js';
import { signingAlgorithm, signingKey } from './keys.js';
import { consoleClient } from './records.js';
import { userByEmail, userBySub, type User } from './users.js';

const body = z.strictObject({
  /** One of the seeded people, by e-mail. */
  user: z.string().optional(),
  /** Any subject; which ones the product knows is its own data. */
  sub: z.string().min(1).max(255).optional(),
  name: z.string().optional(),
  email: z.string().optional(),
  /** A service: its client id. */
  service: z.string().min(1).optional(),
  // What a verifier has to refuse, or to look at.
  audience: z.string().optional(),
  issuer: z.string().optional(),
  /** Seconds; negative makes a token that has already expired. */
  expires_in: z.number().int().max(86_400).optional(),
  alg: z.enum([signingAlgorithm, 'ES256', 'HS256', 'none']).optional(),
  /** Signed by another key under our key's id. */
  forged: z.boolean().optional(),
  id_token: z.boolean().optional(),
  auth_time: z.number().int().optional(),
  /** Put into the token as they are, in place of what stands there; null leaves a claim out. */
  claims: z.record(z.string(), z.unknown()).optional(),
  /** The header's `typ`, of whatever type. */
  typ: z.unknown().optional(),
});

type TokenRequest = z.infer<typeof body>;

function subject(asked: TokenRequest): User | { service: string } {
  if (asked.service !== undefined) return { service: asked.service };
  if (asked.sub !== undefined) {
    const known = userBySub(asked.sub);
    return {
      sub: asked.sub,
      email: asked.email ?? known?.email ?? `${asked.sub.slice(0, 40)}@people.test`,
      name: asked.name ?? known?.name ?? asked.sub,
    };
  }
  if (asked.user === undefined) throw new ControlError('name a user, a sub or a service');
  const user = userByEmail(asked.user);
  if (!user) throw new ControlError(`no user ${asked.user}`, 404);
  return user;
}

function payload(world: World, asked: TokenRequest): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  const who = subject(asked);
  const shared = {
    iss: asked.issuer ?? issuerUrl(world),
    aud: asked.audience ?? (asked.id_token ? consoleClient : audience),
    iat: now + Math.min(0, asked.expires_in ?? 0),
    exp: now + (asked.expires_in ?? 3600),
    jti: randomUUID(),
  };
  if ('service' in who) return { ...shared, sub: who.service, client_id: who.service };
  const person = { ...shared, sub: who.sub, auth_time: asked.auth_time ?? now, email: who.email, name: who.name };
  return asked.id_token ? person : { ...person, client_id: consoleClient };
}

function withClaims(payload: JWTPayload, claims: TokenRequest['claims'] = {}): JWTPayload {
  return Object.fromEntries(Object.entries({ ...payload, ...claims }).filter(([, value]) => value !== null));
}

async function sign(world: World, asked: TokenRequest): Promise<string> {
  const claims = withClaims(payload(world, asked), asked.claims);
  if (asked.alg === 'none') return new UnsecuredJWT(claims).encode();
  const jwk = await signingKey(world);
  const header = {
    alg: asked.alg ?? signingAlgorithm,
    typ: (asked.typ ?? (asked.id_token ? 'JWT' : 'at+jwt')) as string,
    ...(jwk.kid === undefined ? {} : { kid: jwk.kid }),
  };
  const signer = new SignJWT(claims).setProtectedHeader(header);
  // The classic confusion: a symmetric signature with the public key as its secret.
  if (asked.alg === 'HS256')
    return signer.sign(new TextEncoder().encode(JSON.stringify({ kty: jwk.kty, n: jwk.n, e: jwk.e })));
  if (asked.alg === 'ES256' || asked.forged) return signer.sign((await generateKeyPair(header.alg)).privateKey);
  return signer.sign(await importJWK(jwk, signingAlgorithm));
}

export function tokenRoutes(control: FastifyInstance, world: World): void {
  control.post('/token', (request) => {
    const asked = parse(body, request.body);
    return sign(world, asked).then((token) => ({
      [asked.id_token ? 'id_token' : 'access_token']: token,
      token_type: 'Bearer',
      expires_in: asked.expires_in ?? 3600,
    }));
  });
}
