/** A profile, as the API shows it. */
import type { Platform } from '@domain/platform.js';
import type { ProfileAction, ProfileStatusWord, ProfileTrouble } from '@domain/profile/status.js';
import type { ProfileProblem, UsabilityReason } from '@domain/profile/usability.js';

export class UsabilityView {
  /** Whether the switch can be turned on. */
  usable!: boolean;
  /** Why not, or what is not known (`role_unknown`); null where neither applies. */
  reason!: UsabilityReason | null;
  /** The reason for people. */
  sentence!: string | null;
}

export class ProfileStatusView {
  /**
   * `refused`: the provider refuses this account, although its connection works. `limited`: a switch is on and cannot
   * work.
   */
  status!: ProfileStatusWord;
  reason!: ProfileTrouble | ProfileProblem | null;
  /** For people. */
  sentence!: string | null;
  action!: ProfileAction | null;
  /** RFC 3339. Since when; null where it is `ok`. */
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
  /** An address of ours, valid for two days. null: the platform has none, or it has not been fetched yet, or could not be. */
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
  /** The profile's own status; its connection has one as well. */
  status!: ProfileStatusView;
  tracking!: UsabilityView;
  publishing!: UsabilityView;
}
