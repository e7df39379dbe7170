/** The preview of a disconnect, and the receipt of one. */
import type { ProviderName } from '@domain/platform.js';

export class PreviewedProfileView {
  id!: string;
  name!: string;
  /** The connection that would serve it from then on; null: the profile is removed. */
  passes_to!: string | null;
}

export class DisconnectPreviewView {
  connection_id!: string;
  profiles!: PreviewedProfileView[];
  /** Runs in progress that would be canceled. */
  syncs_to_cancel!: number;
  /** Scheduled, held and pending posts that would be canceled. */
  posts_to_cancel!: number;
  /** Posts whose text and metrics stay readable. */
  posts_kept!: number;
  /** What would be revoked at the provider. `kept_shared_grant`: another connection still uses the same grant. */
  grants!: GrantPreviewView[];
}

export class GrantPreviewView {
  provider!: ProviderName;
  external_user_id!: string;
  revocation!: 'revoke' | 'kept_shared_grant';
}

export class RevocationView {
  provider!: ProviderName;
  outcome!: 'pending' | 'revoked' | 'already_gone' | 'not_supported' | 'kept_shared_grant' | 'failed';
  ended_at!: string | null;
  /** Where the person can see our access and remove it. */
  connected_apps_url!: string;
}

export class DisconnectionView {
  id!: string;
  connection_id!: string;
  provider!: ProviderName;
  display_name!: string;
  at!: string;
  requested_by!: string | null;
  profiles_removed!: number;
  profiles_passed_on!: number;
  syncs_canceled!: number;
  /** Posts of the account that remain readable. */
  posts_kept!: number;
  revocations!: RevocationView[];
}
