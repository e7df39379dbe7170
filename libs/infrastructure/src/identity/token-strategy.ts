/** The bearer strategy as Nest's passport knows it: a verified token becomes a user or a configured service. */
import { PassportStrategy } from '@nestjs/passport';
import type { JWTPayload } from 'jose';
import type { ServiceClient, TokenIdentity } from '@application/organisations/identity.js';
import type { UserId } from '@domain/ids.js';
import { BearerStrategy } from './bearer-strategy.js';
import { discoverJwksUri, issuerKeys } from './issuer-keys.js';

export interface TokenStrategyOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly services: readonly ServiceClient[];
}

export class TokenStrategy extends PassportStrategy(BearerStrategy, 'bearer') {
  private readonly services: ReadonlyMap<string, ServiceClient>;

  constructor({ issuer, audience, services }: TokenStrategyOptions) {
    super({ issuer, audience, keys: issuerKeys(() => discoverJwksUri(issuer)) });
    this.services = new Map(services.map((service) => [service.clientId, service]));
  }

  /** RFC 9068 §2.2 names the client `client_id`; older issuers call it `azp`. */
  validate(payload: JWTPayload): TokenIdentity | null {
    const client = payload['client_id'] ?? payload['azp'];
    const service = typeof client === 'string' ? this.services.get(client) : undefined;
    if (service !== undefined) return { kind: 'service', ...service };
    // The same alphabet that members are pushed with: anything else can be nobody here.
    if (payload.sub === undefined || !/^[ -~]{1,255}$/.test(payload.sub)) return null;
    const authTime = payload['auth_time'];
    return {
      kind: 'user',
      userId: payload.sub as UserId,
      authenticatedAt: typeof authTime === 'number' ? new Date(authTime * 1_000) : null,
    };
  }
}
