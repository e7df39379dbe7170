/** The way into a connect session. */

export class ConnectStartedView {
  id!: string;
  /** To be opened in the browser that asked. */
  connect_url!: string;
  expires_at!: string;
}
