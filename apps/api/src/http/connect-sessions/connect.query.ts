/** The filters of the list of connect sessions. */
import { IsIn } from 'class-validator';
import type { SessionFilter } from '@application/connect-sessions/get-connect-session.js';
import { SESSION_STATES, type SessionState } from '@domain/connection/connect-session.js';
import { PROVIDERS, type ProviderName } from '@domain/platform.js';
import { PageQuery } from '../page.query.js';
import { MayBeAbsent } from '../problems/constraints.js';

export class ConnectSessionsQuery extends PageQuery {
  @MayBeAbsent()
  @IsIn(SESSION_STATES)
  state?: SessionState;

  @MayBeAbsent()
  @IsIn(PROVIDERS)
  provider?: ProviderName;
}

export function sessionFilter({ state, provider }: ConnectSessionsQuery): SessionFilter {
  return { ...(state !== undefined && { state }), ...(provider !== undefined && { provider }) };
}
