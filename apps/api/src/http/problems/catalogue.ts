/** Lists every error code of this API, with its status and what a caller can do; served at /v1/error-codes. */

export type Action = 'reconnect' | 'fix_content' | 'wait' | 'upgrade_plan' | 'contact_admin';

export interface CatalogueEntry {
  readonly status: number;
  readonly title: string;
  /** Whether the same request may work later without a change. */
  readonly retryable: boolean;
  readonly action: Action | null;
}

const entry = (status: number, title: string, action: Action | null = null, retryable = false): CatalogueEntry => ({
  status,
  title,
  retryable,
  action,
});
const later = (title: string, action: Action = 'wait'): CatalogueEntry => entry(503, title, action, true);

export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  // The request itself
  malformed_request: entry(400, 'Request cannot be read'),
  invalid_query: entry(400, 'Query parameter not accepted'),
  invalid_body: entry(422, 'Body not accepted', 'fix_content'),
  headers_too_large: entry(431, 'Headers too large'),
  request_timeout: entry(408, 'Request not received in time', 'wait', true),
  body_too_large: entry(413, 'Body too large', 'fix_content'),
  unsupported_media_type: entry(415, 'Content type not accepted'),
  not_found: entry(404, 'Not found'),
  method_not_allowed: entry(405, 'Method not allowed'),
  id_malformed: entry(400, 'Malformed id'),
  org_id_malformed: entry(400, 'Malformed organisation id'),
  user_id_malformed: entry(400, 'Malformed user id'),
  cursor_invalid: entry(400, 'Cursor not accepted'),
  demo_is_local: entry(403, 'The demo answers on this machine only'),
  // Who is asking
  unauthenticated: entry(401, 'Not signed in'),
  issuer_unavailable: later('Issuer unavailable'),
  not_allowed: entry(403, 'Not allowed', 'contact_admin'),
  organisation_suspended: entry(403, 'Organisation suspended', 'contact_admin'),
  organisation_erased: entry(409, 'Organisation erased'),
  fresh_sign_in_needed: entry(401, 'A fresh sign-in is needed'),
  export_not_found: entry(404, 'Export not found'),
  too_many_exports: entry(409, 'Too many exports kept', 'wait', true),
  export_not_ready: entry(409, 'Export not ready', 'wait', true),
  erasure_not_found: entry(404, 'Erasure not found'),
  erasure_under_way: entry(409, 'Erasure in progress'),
  name_does_not_match: entry(422, 'Name does not match', 'fix_content'),
  organisation_not_found: entry(404, 'Organisation not found'),
  member_not_found: entry(404, 'Member not found'),
  last_owner: entry(409, 'Last owner'),
  budget_not_supported: entry(422, 'Budget not supported', 'fix_content'),
  // Connecting
  connection_not_found: entry(404, 'Connection not found'),
  connect_session_not_found: entry(404, 'Connect session not found'),
  connect_session_over: entry(409, 'Connect session over'),
  connect_session_expired: entry(409, 'Connect session expired'),
  connect_session_not_waiting: entry(409, 'Nothing waits for a decision'),
  connect_session_awaits_decision: entry(409, 'A decision is waited for'),
  asker_not_allowed: entry(403, 'Not allowed', 'contact_admin'),
  acceptance_needs_person: entry(403, 'A person has to decide', 'contact_admin'),
  connection_not_named: entry(422, 'Connection to renew not named', 'fix_content'),
  connection_at_other_provider: entry(422, 'Connection at another provider', 'fix_content'),
  attempt_unknown: entry(400, 'Sign-in unknown or no longer valid'),
  browser_mismatch: entry(403, 'Started in another browser'),
  browser_keeps_no_cookie: entry(409, 'Browser keeps no cookie of ours'),
  too_many_connect_sessions: entry(409, 'Too many connect sessions', 'wait', true),
  too_many_attempts: entry(409, 'Too many sign-ins in progress', 'wait', true),
  return_to_refused: entry(422, 'return_to not accepted', 'fix_content'),
  provider_not_configured: entry(409, 'Provider not set up here', 'contact_admin'),
  reconnect_needed: entry(409, 'Connection needs a person', 'reconnect'),
  signed_request_invalid: entry(400, 'Not signed by Meta for this app'),
  disconnection_not_found: entry(404, 'Receipt not found'),
  deletion_not_found: entry(404, 'Deletion request not found'),
  credential_unreadable: entry(409, 'Stored credential unreadable', 'reconnect'),
  // Profiles and the plan
  profile_not_found: entry(404, 'Profile not found'),
  profile_named_twice: entry(422, 'Profile named twice', 'fix_content'),
  profile_not_usable: entry(409, 'Profile cannot be used for that', 'reconnect'),
  profile_not_publishing: entry(409, 'Publish is off'),
  profile_on_other_platform: entry(422, 'Profile on another platform', 'fix_content'),
  plan_limit_reached: entry(409, 'Plan limit reached', 'upgrade_plan'),
  // Notices
  notice_not_found: entry(404, 'Notice not found'),
  picture_not_found: entry(404, 'Picture not found'),
  // Sync
  sync_run_not_found: entry(404, 'Sync run not found'),
  profile_not_tracked: entry(409, 'Track is off'),
  sync_overtaken: entry(409, 'Run overtaken'),
  // What a provider did
  credential_refused: entry(409, 'Refused by the provider', 'reconnect'),
  profile_refused: entry(409, 'Refused by the provider for this profile', 'reconnect'),
  code_refused: entry(409, 'Sign-in refused by the provider', 'reconnect'),
  provider_refused: entry(409, 'Refused by the provider', 'fix_content'),
  request_malformed: entry(409, 'Not understood by the provider', 'contact_admin'),
  provider_throttled: later('Provider asks to slow down'),
  provider_unavailable: later('Provider unavailable'),
  provider_outcome_unknown: entry(503, 'Outcome at the provider unknown', 'wait', false),
  provider_contract_broken: later('Provider answered unexpectedly', 'contact_admin'),
  provider_misconfigured: later('Not set up correctly at the provider', 'contact_admin'),
  // Ourselves
  database_unavailable: later('Database unavailable'),
  internal_error: entry(500, 'Something went wrong here', 'contact_admin', true),
};
