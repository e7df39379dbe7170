/** Parses ids of a request: a text that cannot be an id is malformed, before any look-up. */
import { DomainError } from '@domain/errors.js';
import type { OrgId, UserId } from '@domain/ids.js';
import { isOrgId, UserIdMalformed } from '@domain/organisation/organisation.js';

export class OrgIdMalformed extends DomainError {
  constructor() {
    super('malformed', 'An organisation id has 1 to 64 letters, digits, underscores and hyphens.');
  }
}

export function parseOrgId(value: string): OrgId {
  if (!isOrgId(value)) throw new OrgIdMalformed();
  return value;
}

/** As the issuer's `sub`; in a path it is percent-encoded, and has been decoded by the router. */
export function parseUserId(value: string): UserId {
  if (!/^[ -~]{1,255}$/.test(value)) throw new UserIdMalformed();
  return value as UserId;
}
