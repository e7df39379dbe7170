/** The bearer strategy for Nest's passport: turns a verified token into a user or a configured service. */
import { PassportStrategy } from '@nestjs/passport';
import type { ServiceClient, ServiceProof, TokenIdentity } from '@application/organisations/identity.js';
import type { UserId } from '@domain/ids.js';
import { CLOCK_TOLERANCE_SECONDS, invalidToken, type AccessToken } from './access-token.js';
import { BearerStrategy } from './bearer-strategy.js';
import { discoverJwksUri, issuerKeys } from './issuer-keys.js';
import { provesService } from './service-proof.js';

export interface TokenStrategyOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly maxTokenAgeSeconds: number;
  readonly services: readonly ServiceClient[];
  readonly serviceProof: ServiceProof;
}

export class TokenStrategy extends PassportStrategy(BearerStrategy, 'bearer') {
  private readonly services: readonly ServiceClient[];
  private readonly proof: ServiceProof;

  constructor({ issuer, audience, maxTokenAgeSeconds, services, serviceProof }: TokenStrategyOptions) {
    super({ issuer, audience, keys: issuerKeys(() => discoverJwksUri(issuer)), maxAgeSeconds: maxTokenAgeSeconds });
    this.services = services;
    this.proof = serviceProof;
  }

  /**
   * A client that is a service may also sign people in: a token without the proof of client credentials is a person's.
   */
  validate(token: AccessToken): TokenIdentity {
    const service = this.services.find(({ clientId }) => provesService(token, clientId, this.proof));
    return service === undefined ? personOf(token) : { kind: 'service', ...service };
  }
}

function personOf(token: AccessToken): TokenIdentity {
  const authTime = token['auth_time'];
  if (authTime === undefined) return { kind: 'user', userId: token.sub as UserId, authenticatedAt: null };
  // A sign-in cannot be later than the token that names it.
  if (typeof authTime !== 'number' || authTime > token.iat + CLOCK_TOLERANCE_SECONDS) {
    throw invalidToken('The time of sign-in in the access token cannot be right');
  }
  return { kind: 'user', userId: token.sub as UserId, authenticatedAt: new Date(authTime * 1_000) };
}
