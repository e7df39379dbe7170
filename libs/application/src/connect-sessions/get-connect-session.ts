/** Reads connect sessions, for the API's caller, the connect page and the result page. */
import { Query } from '@nestjs/cqrs';
import type { SessionKind, SessionState } from '@domain/connection/connect-session.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import type { Page, PageRequest } from '../ports/cursors.js';
import type { ConnectSessionView, ProviderErrorView } from './connect-session.view.js';

/** @throws ConnectSessionNotFound */
export class GetConnectSession extends Query<ConnectSessionView> {
  constructor(
    readonly orgId: OrgId,
    readonly id: ConnectSessionId,
  ) {
    super();
  }
}

export interface SessionFilter {
  readonly state?: SessionState;
  readonly provider?: ProviderName;
}

/**
 * Latest first.
 * @throws CursorInvalid
 */
export class ListConnectSessions extends Query<Page<ConnectSessionView>> {
  constructor(
    readonly orgId: OrgId,
    readonly filter: SessionFilter,
    readonly page: PageRequest,
  ) {
    super();
  }
}

/** What both pages show. */
interface SessionPage {
  readonly id: ConnectSessionId;
  readonly provider: ProviderName;
  readonly kind: SessionKind;
  readonly organisation: string;
  readonly state: ConnectSessionView['state'];
  readonly outcome: ConnectSessionView['outcome'];
  readonly providerError: ProviderErrorView | null;
  readonly returnTo: string | null;
  /** null: a link that no browser has claimed yet. */
  readonly browserHash: Uint8Array | null;
}

/** What the connect page shows before Continue. */
export interface ConnectPage extends SessionPage {
  /** Name, else e-mail, else id of the member who asked; null: a service asked on no member's behalf. */
  readonly askedBy: string | null;
  /** The service's name as configured, and its client id; null: no service asked. */
  readonly service: { readonly name: string | null; readonly clientId: string } | null;
  /**
   * False: the member or service that asked may not connect any more, or the organisation is suspended or being erased.
   */
  readonly allowed: boolean;
}

/**
 * By the link's token; has no effect.
 * @throws ConnectSessionNotFound
 */
export class GetConnectPage extends Query<ConnectPage> {
  constructor(readonly linkHash: Uint8Array) {
    super();
  }
}

/** What the result page shows: names only to the browser that made the connection. */
export interface ConnectResult extends SessionPage {
  /** Of the connection, or of the pending grant. */
  readonly displayName: string | null;
  /** Of the connection that was to be renewed. */
  readonly renews: string | null;
  readonly profiles: number;
  /** While discovering: how many accounts have been found so far. */
  readonly discovered: number | null;
}

/** @throws ConnectSessionNotFound */
export class GetConnectResult extends Query<ConnectResult> {
  constructor(readonly id: ConnectSessionId) {
    super();
  }
}

/** The session that a provider's callback belongs to, by the hash of its state; null: none. Has no effect. */
export class GetAttemptSession extends Query<ConnectSessionId | null> {
  constructor(
    readonly provider: ProviderName,
    readonly stateHash: Uint8Array,
  ) {
    super();
  }
}
