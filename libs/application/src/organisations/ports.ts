/** The port of organisations and members. */
import type { OrgId, UserId } from '@domain/ids.js';
import type { OrganisationProfile, OrganisationStatus } from '@domain/organisation/organisation.js';
import type { Role } from '@domain/organisation/role.js';
import type { PlanUsage } from '@domain/plan/plan-limit.js';

export interface Standing {
  /** `erasing`: its erasure was requested, and can still be canceled. */
  readonly status: OrganisationStatus | 'erasing';
  /** null: not a member. */
  readonly role: Role | null;
}

export interface Member {
  readonly role: Role;
  readonly name: string | null;
  readonly email: string | null;
}

/** @see PostgresOrganisations */
export abstract class Organisations {
  /** The present status of an organisation and role of a person; null where there is no such organisation. */
  abstract standing(orgId: OrgId, userId: UserId | null): Promise<Standing | null>;
  abstract put(orgId: OrgId, profile: OrganisationProfile): Promise<void>;
  /**
   * Its owners, with a lock on the organisation until the end of the run.
   * @throws OrganisationNotFound
   */
  abstract lockOwners(orgId: OrgId): Promise<readonly UserId[]>;
  abstract member(orgId: OrgId, userId: UserId): Promise<Member | null>;
  abstract putMember(orgId: OrgId, userId: UserId, member: Member): Promise<void>;
  /** False: there was none. */
  abstract removeMember(orgId: OrgId, userId: UserId): Promise<boolean>;
  /**
   * Locks the organisation until the end of the run, and counts its active profiles: changes of switches run one after
   * the other.
   * @throws OrganisationNotFound
   */
  abstract lockUsage(orgId: OrgId): Promise<PlanUsage>;
}
