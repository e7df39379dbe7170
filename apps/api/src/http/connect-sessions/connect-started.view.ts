/** The way into a connect session. */
import type { SessionKind } from '@domain/connection/connect-session.js';

export class ConnectStartedView {
  id!: string;
  kind!: SessionKind;
  /** `self`: to be opened in the browser that asked. `link`: to be sent; the first browser to press Continue has it. */
  connect_url!: string;
  expires_at!: string;
}
