/** Checks the claims of a verified JWT: whether it is an access token for this API, and not too old. */
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyResult } from 'jose';
import { Unauthenticated } from '@application/organisations/identity.js';

export interface AccessTokenOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  /** From `iat` to `exp`, and from `iat` until now. */
  readonly maxAgeSeconds: number;
}

/** A payload whose registered claims have the types of RFC 7519. */
export type AccessToken = JWTPayload & { readonly sub: string; readonly iat: number; readonly exp: number };

/** Asymmetric only: with HS256 a forger could sign with the issuer's public key. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
export const CLOCK_TOLERANCE_SECONDS = 5;
/** The characters that a member's user id may have: no member has any other subject. */
const SUBJECT = /^[ -~]{1,255}$/;

/** RFC 6750 §3.1; the description is for the developer of the client, and discloses nothing of the token's content. */
export function invalidToken(description: string): Unauthenticated {
  return new Unauthenticated(`Bearer error="invalid_token", error_description="${description}"`, `${description}.`);
}

/**
 * @throws Unauthenticated with what is wrong
 * @throws IssuerUnreachable from `keys`
 */
export async function readAccessToken(token: string, options: AccessTokenOptions): Promise<AccessToken> {
  const { issuer, audience, keys, maxAgeSeconds } = options;
  try {
    const verified = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['sub', 'exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      // Also refuses an `iat` in the future.
      maxTokenAge: maxAgeSeconds,
    });
    return judged(verified, maxAgeSeconds);
  } catch (error) {
    if (error instanceof errors.JOSEError) throw invalidToken(whatIsWrong(error));
    throw error;
  }
}

function judged({ protectedHeader, payload }: JWTVerifyResult, maxAgeSeconds: number): AccessToken {
  const { sub, iat, exp } = payload as { sub?: unknown; iat: number; exp: number };
  if (typeof sub !== 'string' || !SUBJECT.test(sub)) {
    throw invalidToken('The subject of the access token is no user id');
  }
  if (exp - iat > maxAgeSeconds) throw invalidToken('The access token is valid for longer than is allowed here');
  if (!isAccessToken(protectedHeader.typ, payload)) throw invalidToken('This is no access token');
  return { ...payload, sub, iat, exp };
}

/**
 * RFC 9068 types access tokens `at+jwt`, but not every issuer does. A token of another type, or with the claims of an
 * ID token (OpenID Connect Core §2, §3.1.3.6), was made for a client, not for this API.
 */
function isAccessToken(typ: unknown, payload: JWTPayload): boolean {
  if (typ !== undefined && typeof typ !== 'string') return false;
  const type = (typ ?? 'jwt').toLowerCase().replace(/^application\//, '');
  // The client or the scope: an access token names one of them, by RFC 9068 §2.2 or by older conventions.
  const isNamed = ['client_id', 'azp', 'appid', 'scope', 'scp'].some((claim) => claim in payload);
  if (type !== 'at+jwt' && !(type === 'jwt' && isNamed)) return false;
  const isIdToken =
    ['nonce', 'at_hash', 'c_hash', 's_hash'].some((claim) => claim in payload) ||
    payload['token_use'] === 'id' ||
    payload['typ'] === 'ID';
  return !isIdToken;
}

const CLAIM_FAULTS: Readonly<Record<string, string>> = {
  aud: 'The access token is for another audience',
  iss: 'The access token is of another issuer',
  nbf: 'The access token is not valid yet',
  iat: 'The access token was issued in the future',
  sub: 'The access token has no subject',
};

function whatIsWrong(error: errors.JOSEError): string {
  // By `exp`, or by `iat` and the age that is allowed.
  if (error instanceof errors.JWTExpired) {
    return error.claim === 'exp' ? 'The access token has expired' : 'The access token is older than is allowed here';
  }
  if (error instanceof errors.JWTClaimValidationFailed && error.reason !== 'invalid') {
    return CLAIM_FAULTS[error.claim] ?? 'The access token lacks a claim';
  }
  const isForeign =
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSEAlgNotAllowed;
  return isForeign ? 'The access token is not signed by a key of the issuer' : 'The access token cannot be read';
}
