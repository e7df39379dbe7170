/** The body that starts a connect session. */
import { IsIn, IsString, MaxLength } from 'class-validator';
import {
  CONNECT_INTENTS,
  SESSION_KINDS,
  type ConnectIntent,
  type SessionKind,
} from '@domain/connection/connect-session.js';
import { PROVIDERS, type ProviderName } from '@domain/platform.js';
import { MayBeAbsent } from '../problems/constraints.js';

export class StartConnectBody {
  @IsIn(PROVIDERS)
  provider!: ProviderName;

  /**
   * `link`: for another person to open; what it brings waits until it is accepted. A service on no member's behalf
   * always makes one.
   */
  @MayBeAbsent()
  @IsIn(SESSION_KINDS)
  kind?: SessionKind;

  /** `choose_again`: the provider shows its picker of Pages again. `reauthorize`: renews the access to data. */
  @MayBeAbsent()
  @IsIn(CONNECT_INTENTS)
  intent?: ConnectIntent;

  /**
   * Where the browser goes afterwards: a path of this service, or a place at a configured return origin. The parameter
   * `connect_session` is added to it, with the session's id, by which the outcome can be read.
   */
  @MayBeAbsent()
  @MaxLength(2_000)
  @IsString()
  return_to?: string;

  /** The connection to renew: another account than that one is refused. Needed by every intent but `connect`. */
  @MayBeAbsent()
  @IsString()
  reconnect_connection_id?: string;
}
