/** The identity in a verified token. Permissions are not in the token: they are read at every request. */
import { DomainError } from '@domain/errors.js';
import type { OrgId, UserId } from '@domain/ids.js';
import type { ServiceScope } from '@domain/organisation/role.js';

/** A client of the issuer that calls with its own credentials; configuration names its organisations and scopes. */
export interface ServiceClient {
  readonly clientId: string;
  readonly scopes: readonly ServiceScope[];
  /** `*`: in every organisation. */
  readonly orgs: '*' | readonly OrgId[];
  /** Its name on pages; without one, pages show the client id. */
  readonly name?: string;
}

/**
 * The services of the configuration.
 * @see CoreModule
 */
export abstract class ServiceClients {
  abstract find(clientId: string): ServiceClient | null;
}

/**
 * A claim, and the value that it has only in tokens of client credentials; `{client_id}` stands for the client's id.
 */
export interface ServiceProof {
  readonly claim: string;
  readonly value: string;
}

/** RFC 9068 §5: without a resource owner, `sub` is the client. */
export const SUBJECT_IS_CLIENT: ServiceProof = { claim: 'sub', value: '{client_id}' };

export type TokenIdentity =
  | { readonly kind: 'user'; readonly userId: UserId; readonly authenticatedAt: Date | null }
  | ({ readonly kind: 'service' } & ServiceClient);

export class Unauthenticated extends DomainError {
  constructor(
    /** For WWW-Authenticate (RFC 6750 §3). */
    readonly challenge: string,
    sentence = 'A valid access token is needed, as `Authorization: Bearer …`.',
  ) {
    super('unauthenticated', sentence);
  }
}

export class IssuerUnavailable extends DomainError {
  constructor() {
    super('unavailable', 'The issuer of access tokens cannot be reached, so no new token can be checked.');
  }
}
