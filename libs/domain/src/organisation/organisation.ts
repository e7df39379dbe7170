/** The tenant, as the host platform pushes it, and what is wrong when it cannot be used. */
import { DomainError } from '../errors.js';
import type { OrgId } from '../ids.js';

export const ORGANISATION_STATUSES = ['active', 'suspended'] as const;
export type OrganisationStatus = (typeof ORGANISATION_STATUSES)[number];

/** Everything the host platform says of a tenant; a push replaces it whole. */
export interface OrganisationProfile {
  readonly name: string;
  readonly plan: string;
  /** null: unlimited. */
  readonly activeProfileLimit: number | null;
  /** IANA name. */
  readonly timeZone: string;
  /** null: kept for ever. */
  readonly analyticsRetentionDays: number | null;
  /** US dollars in a UTC calendar month; null: no budget. */
  readonly xMonthlyBudgetUsd: number | null;
  readonly approvalAvailable: boolean;
  readonly status: OrganisationStatus;
}

export function isOrgId(value: string): value is OrgId {
  return /^[A-Za-z0-9_-]{1,64}$/.test(value);
}

/** Also the answer about an organisation that exists, to whoever does not belong to it. */
export class OrganisationNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such organisation.');
  }
}

export class OrganisationSuspended extends DomainError {
  constructor() {
    super('refused', 'This organisation is suspended: it can be read, but not changed.');
  }
}

export class NotAllowed extends DomainError {
  constructor() {
    super('refused', 'This takes another role, or another scope.');
  }
}

export class UserIdMalformed extends DomainError {
  constructor() {
    super('malformed', 'A user id has 1 to 255 printable ASCII characters.');
  }
}

export class MemberNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such member.');
  }
}
