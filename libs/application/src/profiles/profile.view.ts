/** What a profile looks like from outside. */
import type { Platform } from '@domain/platform.js';
import type { ProfileAction, ProfileStatusWord, ProfileTrouble } from '@domain/profile/status.js';
import type { ProfileProblem, UsabilityReason } from '@domain/profile/usability.js';

export class UsabilityView {
  /** Whether the switch can be turned on. */
  usable!: boolean;
  /** Why not, or what is not known (`role_unknown`); null where there is nothing to say. */
  reason!: UsabilityReason | null;
  /** The reason for people. */
  sentence!: string | null;
}

export class ProfileStatusView {
  /** `refused`: the provider refuses this account, whatever its connection may. `limited`: a switch is on and cannot work. */
  status!: ProfileStatusWord;
  reason!: ProfileTrouble | ProfileProblem | null;
  /** For people. */
  sentence!: string | null;
  action!: ProfileAction | null;
  /** RFC 3339. Since when; null where all is well. */
  since!: string | null;
}

export class ProfileView {
  /** Stable: the same account connected again has the same id. */
  id!: string;
  platform!: Platform;
  /** The platform's own id, as a string. */
  external_id!: string;
  name!: string;
  username!: string | null;
  /** An address of ours, good for two days. null: the platform shows none, or it has not been fetched yet, or could not be. */
  picture_url!: string | null;
  link!: string | null;
  /** The connection that serves it. */
  connection_id!: string;
  /** Other connections that were granted the same account and would take over. */
  also_via!: string[];
  track!: boolean;
  publish!: boolean;
  /** Track or Publish on: what the plan counts. */
  active!: boolean;
  /** Publish on, and usable. */
  publishable!: boolean;
  /** The explicit default of its platform. */
  is_default!: boolean;
  /** Its own, where only it is hurt; its connection has one as well. */
  status!: ProfileStatusView;
  tracking!: UsabilityView;
  publishing!: UsabilityView;
}
