/** Decides what becomes of a grant that a person has just given, at the end of a connect session. */
import type { ConnectionId } from '../ids.js';
import type { SessionKind } from './connect-session.js';

/**
 * `revoke`: the session ended meanwhile, by a disconnect or by another attempt of its own · `not_allowed`: the asker may
 * no longer connect · `wrong_account`: the session renews another connection · `hold`: a member has to accept it first ·
 * `store`: it becomes, or renews, a connection.
 */
export type GrantDecision = 'revoke' | 'not_allowed' | 'wrong_account' | 'hold' | 'store';

export interface GrantCircumstances {
  /** The session still waits for what becomes of its grant. */
  readonly undecided: boolean;
  readonly kind: SessionKind;
  /** The connection that the session was to renew; null: any account is accepted. */
  readonly reconnects: ConnectionId | null;
  /** Who asked, as judged now; null: the asker may not connect any more. */
  readonly asker: 'member' | 'service' | null;
  /** The connection that the organisation has with this person. */
  readonly existing: ConnectionId | null;
}

export function decideGrant({ undecided, kind, reconnects, asker, existing }: GrantCircumstances): GrantDecision {
  if (!undecided) return 'revoke';
  if (asker === null) return 'not_allowed';
  if (reconnects !== null && reconnects !== existing) return 'wrong_account';
  // A service has no browser: its sessions are always links.
  return kind === 'link' || asker === 'service' ? 'hold' : 'store';
}
