/** What a connect session looks like from outside. */
import type { SessionOutcome, SessionState } from '@domain/connection/connect-session.js';
import type { ProviderName } from '@domain/platform.js';

export class ConnectSessionView {
  id!: string;
  provider!: ProviderName;
  state!: SessionState;
  /** Once it has ended: what it came to. */
  outcome!: SessionOutcome | null;
  connection_id!: string | null;
  /** While it is discovering: how many accounts are known so far. */
  discovered!: number | null;
  expires_at!: string;
}
