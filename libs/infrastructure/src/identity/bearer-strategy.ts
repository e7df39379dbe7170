/** Bearer tokens as a passport strategy: RFC 9068 access tokens of the one configured issuer, checked by its keys. */
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyResult } from 'jose';
import { Strategy } from 'passport';
import { IssuerUnavailable } from '@application/organisations/identity.js';
import { IssuerUnreachable } from './issuer-keys.js';

export interface BearerOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
}

/** Asymmetric only: with HS256 the issuer's public key would be a forger's secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 5;

type Done = (error: unknown, user?: object | false) => void;

export class BearerStrategy extends Strategy {
  constructor(
    private readonly options: BearerOptions,
    private readonly accept: (payload: JWTPayload, done: Done) => void,
  ) {
    super();
  }

  override authenticate(request: { headers: { authorization?: string } }): void {
    const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return this.fail('Bearer', 401);
    this.check(token).then(
      (payload) =>
        this.accept(payload, (error, user) => {
          if (error) this.error(error);
          else if (user) this.success(user);
          else this.fail('Bearer error="invalid_token"', 401);
        }),
      (error: unknown) => {
        if (error instanceof errors.JOSEError) this.fail('Bearer error="invalid_token"', 401);
        else this.error(error instanceof IssuerUnreachable ? new IssuerUnavailable() : error);
      },
    );
  }

  private async check(token: string): Promise<JWTPayload> {
    const { issuer, audience, keys } = this.options;
    const verified = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['sub', 'exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    if (isIdToken(verified)) throw new errors.JWTInvalid('An ID token is no access token.');
    return verified.payload;
  }
}

/**
 * RFC 9068 types access tokens `at+jwt`, but not every issuer does. What is typed otherwise, or carries the marks of an
 * ID token (OpenID Connect Core §2, §3.1.3.6), was made to tell a client who signed in, not to open this API.
 */
function isIdToken({ protectedHeader, payload }: JWTVerifyResult): boolean {
  const type = (protectedHeader.typ ?? 'jwt').toLowerCase().replace(/^application\//, '');
  if (type !== 'at+jwt' && type !== 'jwt') return true;
  // Whom it was given to, or for what: an access token says one of them, by RFC 9068 §2.2 or by older habits.
  const isNamed = ['client_id', 'azp', 'appid', 'scope', 'scp'].some((claim) => claim in payload);
  if (type === 'jwt' && !isNamed) return true;
  return (
    ['nonce', 'at_hash', 'c_hash', 's_hash'].some((claim) => claim in payload) ||
    payload['token_use'] === 'id' ||
    payload['typ'] === 'ID'
  );
}
