/** The caller, with organisations and scopes. */
import type { Role, ServiceScope } from '@domain/organisation/role.js';

export class MembershipView {
  id!: string;
  name!: string;
  role!: Role;
  plan!: string;
  status!: 'active' | 'suspended';
}

export class MeView {
  kind!: 'user' | 'service';
  /** The issuer's `sub`, or the service's client id. */
  id!: string;
  /** A user's organisations. Those of a service are named in the configuration. */
  orgs!: MembershipView[];
  /** A service's scopes; empty for a user. */
  scopes!: ServiceScope[];
}

export class OrganisationView {
  id!: string;
  name!: string;
  plan!: string;
  /** null: unlimited. */
  active_profile_limit!: number | null;
  time_zone!: string;
  analytics_retention_days!: number | null;
  x_monthly_budget_usd!: number | null;
  approval_available!: boolean;
  status!: 'active' | 'suspended';
}

export class MemberView {
  user_id!: string;
  role!: Role;
  name!: string | null;
  email!: string | null;
}
