/** A connect session, as the API shows it. */
import type { ConnectIntent, SessionKind, SessionOutcome, SessionState } from '@domain/connection/connect-session.js';
import type { ProviderName } from '@domain/platform.js';

export class SessionAskedByView {
  /** null: a service that acted on no member's behalf. */
  user_id!: string | null;
  /** The client that asked, for itself or on behalf of the member. */
  service!: string | null;
  /** As the host platform last pushed it; null where it is not known. */
  name!: string | null;
}

export class AwaitingAcceptanceView {
  /** Who consented at the provider. */
  display_name!: string;
  username!: string | null;
  external_user_id!: string;
  received_at!: string;
  /** The connection that accepting would renew; null: it would make a new one. */
  renews_connection_id!: string | null;
}

/** What the provider sent back instead of a code: cleaned and shortened. */
export class ProviderErrorView {
  /** The OAuth error code, as `access_denied`; null where the provider sent none. */
  error!: string | null;
  code!: string | null;
  reason!: string | null;
  description!: string | null;
}

export class ConnectSessionView {
  id!: string;
  /**
   * `self`: for the browser that asked. `link`: for the first browser that opens it; what it brings has to be accepted.
   */
  kind!: SessionKind;
  intent!: ConnectIntent;
  provider!: ProviderName;
  state!: SessionState;
  /** Its outcome, once it has ended. */
  outcome!: SessionOutcome | null;
  connection_id!: string | null;
  reconnect_connection_id!: string | null;
  /** While it is discovering: how many accounts have been found so far. */
  discovered!: number | null;
  asked_by!: SessionAskedByView;
  /** While it awaits acceptance: what there is to accept or decline. */
  awaiting!: AwaitingAcceptanceView | null;
  /** Of a sign-in that the provider ended with an error. */
  provider_error!: ProviderErrorView | null;
  /** Until when it waits: for the person, then for the decision. */
  expires_at!: string;
}
