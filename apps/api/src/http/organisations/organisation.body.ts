/** The bodies that the host platform pushes. */
import { IsBoolean, IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { ORGANISATION_STATUSES, type OrganisationStatus } from '@domain/organisation/organisation.js';
import { ROLES, type Role } from '@domain/organisation/role.js';
import { Email, IsTimeZone, MayBeAbsent, OrNull, Text } from '../problems/constraints.js';

const MAX_INTEGER = 2_147_483_647;

export class PushOrganisationBody {
  @Text(200)
  name!: string;

  @Text(64)
  plan!: string;

  /** How many profiles may be active; null: unlimited. */
  @OrNull()
  @Max(MAX_INTEGER)
  @Min(0)
  @IsInt()
  active_profile_limit!: number | null;

  /** IANA name, such as `Europe/Berlin`. */
  @IsTimeZone()
  time_zone!: string;

  /** null: kept for ever. */
  @OrNull()
  @Max(MAX_INTEGER)
  @Min(1)
  @IsInt()
  analytics_retention_days!: number | null;

  /**
   * US dollars in a UTC calendar month; null: no budget. A budget is not supported yet, and anything but null is
   * refused.
   */
  @OrNull()
  @Max(9_999_999_999)
  @Min(0)
  @IsNumber({ maxDecimalPlaces: 2 }, { message: 'has to be a number with at most two decimal places' })
  x_monthly_budget_usd!: number | null;

  @IsBoolean()
  approval_available!: boolean;

  /** `suspended`: reads only, and its jobs pause. */
  @IsIn(ORGANISATION_STATUSES)
  status!: OrganisationStatus;
}

export class PushMemberBody {
  @IsIn(ROLES)
  role!: Role;

  /** null: not known. */
  @OrNull()
  @Text(200)
  name!: string | null;

  /** null: not known, and no mail is sent. */
  @OrNull()
  @Email()
  email!: string | null;
}

export class ChangeMemberBody {
  @MayBeAbsent()
  @IsIn(ROLES)
  role?: Role;

  @MayBeAbsent()
  @OrNull()
  @Text(200)
  name?: string | null;

  @MayBeAbsent()
  @OrNull()
  @Email()
  email?: string | null;
}
