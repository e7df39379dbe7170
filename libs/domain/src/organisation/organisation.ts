/** The tenant, as the host platform pushes it, and the errors about organisations and members. */
import { DomainError, type ErrorDetails } from '../errors.js';
import type { OrgId } from '../ids.js';
import { allowedTo, type Actor, type Permission } from './role.js';

export const ORGANISATION_STATUSES = ['active', 'suspended'] as const;
export type OrganisationStatus = (typeof ORGANISATION_STATUSES)[number];

/** All fields that the host platform pushes of a tenant; a push replaces all of them. */
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

/** Also the answer about an existing organisation, to a caller that does not belong to it. */
export class OrganisationNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such organisation.');
  }
}

/** A budget is refused until syncs observe it: a budget that is accepted and ignored would be a false limit. */
export class BudgetNotSupported extends DomainError {
  constructor() {
    super('invalid', '`x_monthly_budget_usd` is not kept yet, so it has to be null: no budget.');
  }
}

export class OrganisationSuspended extends DomainError {
  constructor() {
    super('refused', 'This organisation is suspended: it can be read, but not changed.');
  }
}

export class NotAllowed extends DomainError {
  constructor(needs: string, details: ErrorDetails = {}) {
    super('refused', `This takes ${needs}.`, details);
  }

  /** The sentence names who is allowed, and which role or scopes the caller has. */
  static to(permission: Permission, actor: Actor): NotAllowed {
    const { roles, service_scope: scope } = allowedTo(permission);
    const person = actor.kind === 'member' ? actor : actor.onBehalfOf;
    const scopes = actor.kind === 'member' ? [] : actor.scopes;
    const needed = [
      ...(roles.length > 0 ? [`the role ${roles.join(' or ')}`] : []),
      ...(scope === null ? [] : [`a service with the scope ${scope}`]),
    ];
    const held = [
      ...(person === null ? [] : [`the role ${person.role}`]),
      ...(actor.kind === 'member' ? [] : [scopes.length > 0 ? `the scopes ${scopes.join(', ')}` : 'no scope']),
    ];
    return new NotAllowed(`${needed.join(', or ')}; the caller has ${held.join(' and ')}`, {
      needed_roles: roles,
      needed_scope: scope,
      held_role: person?.role ?? null,
      held_scopes: scopes,
    });
  }

  /** For the user whom a service names in `On-Behalf-Of`. */
  static forNoMember(): NotAllowed {
    return new NotAllowed('a member of this organisation, which the user named in On-Behalf-Of is not');
  }

  static withoutPerson(): NotAllowed {
    return new NotAllowed('a person: a service names the member it acts for, in On-Behalf-Of');
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
