/** A connection, as the API shows it: without any token. */
import type { HealthReason, HealthWord } from '@domain/connection/health.js';
import type { ProviderName } from '@domain/platform.js';
import type { ProfileProblem } from '@domain/profile/usability.js';
import type { ProfileStatusView, ProfileView } from '../profiles/profile.view.js';

export class HealthView {
  health!: HealthWord;
  reason!: HealthReason | null;
  /** For people. */
  sentence!: string;
  action!: 'reconnect' | 'reauthorize' | null;
}

/** A profile that has a problem while its connection has none. */
export class ProfileHealthView {
  id!: string;
  name!: string;
  track!: boolean;
  publish!: boolean;
  /** Why it can no longer be tracked or published to, although it is switched on. */
  tracking_problem!: ProfileProblem | null;
  publishing_problem!: ProfileProblem | null;
  status!: ProfileStatusView;
}

/** `retrying`: the last check failed, and is tried again at `next_check_at`. */
export type CheckState = 'queued' | 'running' | 'retrying' | 'done';

export class ConnectionHealthView extends HealthView {
  connection_id!: string;
  token_expires_at!: string | null;
  data_access_expires_at!: string | null;
  last_refreshed_at!: string;
  last_successful_call_at!: string | null;
  /** When it was last checked at the provider; null: not since it was connected. */
  last_checked_at!: string | null;
  next_check_at!: string;
  check_state!: CheckState;
  scopes_missing!: string[];
  /** How many profiles have a switch on that cannot work. */
  hurt_profiles_total!: number;
  /** The first 100 of those, by platform and name. */
  hurt_profiles!: ProfileHealthView[];
}

export class ConnectedByView {
  user_id!: string;
  /** As the host platform last pushed it; null where it is not known, and once the person has left. */
  name!: string | null;
  /** Whether that person has left the organisation. */
  has_left!: boolean;
}

export class ConnectionView {
  id!: string;
  provider!: ProviderName;
  display_name!: string;
  /** The provider's (app-scoped) id of the person, as a string. */
  external_user_id!: string;
  username!: string | null;
  /** An address of ours, valid for two days. null: the provider has none, or it has not been fetched yet, or could not be. */
  picture_url!: string | null;
  scopes_granted!: string[];
  scopes_missing!: string[];
  /** RFC 3339. When the access token ends; null where it does not. X's renews itself. */
  token_expires_at!: string | null;
  /** RFC 3339, Meta only: when access to data lapses unless the person is active again. */
  data_access_expires_at!: string | null;
  last_refreshed_at!: string;
  /** When the provider last answered a call of this connection. */
  last_successful_call_at!: string | null;
  connected_by!: ConnectedByView;
  connected_at!: string;
  health!: HealthView;
  profiles!: ProfileView[];
}
