/** Connect sessions for those who wait for them: the API's caller, the connect page, the result page. */
import { Query } from '@nestjs/cqrs';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import type { ConnectSessionView } from './connect-session.view.js';

/** Throws `ConnectSessionNotFound`. */
export class GetConnectSession extends Query<ConnectSessionView> {
  constructor(
    readonly orgId: OrgId,
    readonly id: ConnectSessionId,
  ) {
    super();
  }
}

/** What the connect page tells before Continue. */
export interface ConnectPage {
  readonly provider: ProviderName;
  readonly organisation: string;
  /** Name, else e-mail, else id of whoever asked. */
  readonly askedBy: string;
  readonly state: ConnectSessionView['state'];
  readonly outcome: ConnectSessionView['outcome'];
  readonly browserHash: Uint8Array;
}

/** By the link's token; has no effect. Throws `ConnectSessionNotFound`. */
export class GetConnectPage extends Query<ConnectPage> {
  constructor(readonly linkHash: Uint8Array) {
    super();
  }
}

/** What the result page tells: names only to the browser that made the connection. */
export interface ConnectResult {
  readonly provider: ProviderName;
  readonly state: ConnectSessionView['state'];
  readonly outcome: ConnectSessionView['outcome'];
  readonly returnTo: string | null;
  readonly displayName: string | null;
  readonly profiles: number;
  readonly browserHash: Uint8Array;
}

/** Throws `ConnectSessionNotFound`. */
export class GetConnectResult extends Query<ConnectResult> {
  constructor(readonly id: ConnectSessionId) {
    super();
  }
}
