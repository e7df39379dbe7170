/** The address that starts a connect session in the browser. */
import type { SessionKind } from '@domain/connection/connect-session.js';

export class ConnectStartedView {
  id!: string;
  kind!: SessionKind;
  /**
   * `self`: to be opened in the browser that asked. `link`: to be sent; it is bound to the first browser in which
   * Continue is pressed.
   */
  connect_url!: string;
  expires_at!: string;
}
