/** What a profile looks like from outside. */
import type { Platform } from '@domain/platform.js';
import type { UsabilityReason } from '@domain/profile/usability.js';

export class UsabilityView {
  /** Whether the switch can be turned on. */
  usable!: boolean;
  /** Why not, or what is not known (`role_unknown`); null where there is nothing to say. */
  reason!: UsabilityReason | null;
  /** The reason for people. */
  sentence!: string | null;
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
  tracking!: UsabilityView;
  publishing!: UsabilityView;
}
