/** Reads connect sessions, for the API's caller and for the connect and result pages. */
import { Injectable } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql, type RawBuilder } from 'kysely';
import type { ConnectSessionView } from '@application/connect-sessions/connect-session.view.js';
import { Askers } from '@application/connect-sessions/askers.js';
import {
  GetAttemptSession,
  GetConnectPage,
  GetConnectResult,
  GetConnectSession,
  ListConnectSessions,
  type ConnectPage,
  type ConnectResult,
} from '@application/connect-sessions/get-connect-session.js';
import { Cursors, type Page } from '@application/ports/cursors.js';
import { ServiceClients } from '@application/organisations/identity.js';
import { toWire } from '@application/wire-ids.js';
import { ConnectSessionNotFound } from '@domain/connection/connect-errors.js';
import type { ConnectIntent, SessionKind, SessionOutcome, SessionState } from '@domain/connection/connect-session.js';
import type { ProviderError } from '@domain/connection/provider-error.js';
import type { ConnectSessionId, OrgId, UserId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, iso } from '../database.js';
import { after, pageOf } from './page.js';

interface SessionRow {
  id: ConnectSessionId;
  org_id: OrgId;
  kind: SessionKind;
  intent: ConnectIntent;
  provider: ProviderName;
  state: SessionState;
  outcome: SessionOutcome | null;
  connection_id: string | null;
  reconnects: string | null;
  discovered: number | null;
  expires_at: string;
  return_to: string | null;
  browser_hash: Uint8Array | null;
  organisation: string;
  provider_error: ProviderError | null;
  created_by: UserId | null;
  created_by_service: string | null;
  asker_name: string | null;
  asker_email: string | null;
  display_name: string | null;
  renews_name: string | null;
  profiles: number;
  waiting_name: string | null;
  waiting_username: string | null;
  waiting_user_id: string | null;
  waiting_since: string | null;
  waiting_renews: string | null;
}

/**
 * A session that waits is over by the clock alone: it need not be stored first, and reads the same once
 * `ConnectSession.expire` has stored it.
 */
const OVER = sql`(s.state in ('pending', 'awaiting_acceptance') and s.expires_at <= app.now())`;
const OUTCOME = sql<SessionOutcome | null>`case
  when ${OVER} then case when s.state = 'pending' and s.mismatched_at is not null then 'browser_mismatch' else 'expired' end
  else s.outcome end`;
const STATE = sql<SessionState>`case
  when ${OVER} then case when s.state = 'pending' and s.mismatched_at is not null then 'failed' else 'expired' end
  when s.outcome = 'expired' then 'expired'
  else s.state end`;

/** The newest of those in a state: each select has an index of its own; one condition over both would have none. */
const inState = (state: SessionState, where: RawBuilder<unknown>, limit: number): RawBuilder<unknown> => sql`s.id in (
  (select s.id from app.connect_session s
    where ${where} and not ${OVER} and case when s.outcome = 'expired' then s.outcome else s.state end = ${state}
    order by s.id desc limit ${limit})
  union all
  (select s.id from app.connect_session s where ${where} and ${OVER} and ${STATE} = ${state}
    order by s.id desc limit ${limit}))`;

const selectSessions = (where: RawBuilder<unknown>): RawBuilder<SessionRow> => sql<SessionRow>`
  select s.id, s.org_id, s.kind, s.intent, s.provider, s.connection_id, s.reconnects, s.discovered, s.expires_at, s.return_to,
    s.browser_hash, s.provider_error, ${STATE} as state, ${OUTCOME} as outcome, o.name as organisation, s.created_by,
    s.created_by_service, m.name as asker_name, m.email as asker_email, c.display_name, r.display_name as renews_name,
    (select count(*)::int from app.profile p where p.org_id = s.org_id and p.connection_id = s.connection_id) as profiles,
    coalesce(w.display_name, w.username, w.external_user_id) as waiting_name, w.username as waiting_username, w.external_user_id as waiting_user_id,
    w.received_at as waiting_since, same.id as waiting_renews
  from app.connect_session s
  join app.organisation o on o.id = s.org_id
  left join app.member m on m.org_id = s.org_id and m.user_id = s.created_by
  left join app.connection c on c.org_id = s.org_id and c.id = s.connection_id
  left join app.connection r on r.org_id = s.org_id and r.id = s.reconnects
  left join app.waiting_grant w on w.org_id = s.org_id and w.id = s.id
  left join app.connection same on same.org_id = w.org_id and same.provider = w.provider
    and same.external_user_id = w.external_user_id
  where ${where}`;

const connection = (id: string | null): string | null => (id === null ? null : toWire('conn', id));

function sessionView(row: SessionRow): ConnectSessionView {
  const { waiting_name: name, waiting_user_id: userId, waiting_since: since } = row;
  const waits = row.state === 'awaiting_acceptance' && name !== null && userId !== null && since !== null;
  return {
    id: toWire('csess', row.id),
    kind: row.kind,
    intent: row.intent,
    provider: row.provider,
    state: row.state,
    outcome: row.outcome,
    connection_id: connection(row.connection_id),
    reconnect_connection_id: connection(row.reconnects),
    discovered: row.discovered,
    asked_by: { user_id: row.created_by, service: row.created_by_service, name: row.asker_name },
    awaiting: waits
      ? {
          display_name: name,
          username: row.waiting_username,
          external_user_id: userId,
          received_at: iso(since),
          renews_connection_id: connection(row.waiting_renews),
        }
      : null,
    provider_error: row.provider_error,
    expires_at: iso(row.expires_at),
  };
}

/** Injectable, so that the handlers inherit its constructor. */
@Injectable()
abstract class SessionReads {
  constructor(protected readonly database: Database) {}

  protected async one(where: RawBuilder<unknown>): Promise<SessionRow> {
    const [row] = await this.database.read(selectSessions(where));
    if (row === undefined) throw new ConnectSessionNotFound();
    return row;
  }
}

@QueryHandler(GetConnectSession)
export class GetConnectSessionHandler extends SessionReads implements IQueryHandler<GetConnectSession> {
  async execute({ orgId, id }: GetConnectSession): Promise<ConnectSessionView> {
    return sessionView(await this.one(sql`s.org_id = ${orgId} and s.id = ${id}`));
  }
}

@QueryHandler(ListConnectSessions)
export class ListConnectSessionsHandler extends SessionReads implements IQueryHandler<ListConnectSessions> {
  constructor(
    database: Database,
    private readonly cursors: Cursors,
  ) {
    super(database);
  }

  async execute({ orgId, filter, page }: ListConnectSessions): Promise<Page<ConnectSessionView>> {
    const list = `connect-sessions/${orgId}/${JSON.stringify(filter)}`;
    const where = sql`s.org_id = ${orgId}
      and ${after(page, this.cursors, list, ([id]) => sql`s.id < ${id}::uuid`)}
      and ${filter.provider === undefined ? sql`true` : sql`s.provider = ${filter.provider}`}`;
    const rows = await this.database.read(sql<SessionRow>`
      ${selectSessions(filter.state === undefined ? where : inState(filter.state, where, page.limit + 1))}
      order by s.id desc limit ${page.limit + 1}`);
    return pageOf(rows, page, this.cursors, list, (row) => [row.id], sessionView);
  }
}

/** What both pages show. */
function sessionPage(row: SessionRow): Omit<ConnectPage, 'askedBy' | 'service' | 'allowed'> {
  const { id, provider, kind, organisation, state, outcome } = row;
  return {
    id,
    provider,
    kind,
    organisation,
    state,
    outcome,
    browserHash: row.browser_hash,
    providerError: row.provider_error,
    returnTo: row.return_to,
  };
}

@QueryHandler(GetConnectPage)
export class GetConnectPageHandler extends SessionReads implements IQueryHandler<GetConnectPage> {
  constructor(
    database: Database,
    private readonly askers: Askers,
    private readonly services: ServiceClients,
  ) {
    super(database);
  }

  async execute({ linkHash }: GetConnectPage): Promise<ConnectPage> {
    const row = await this.one(sql`s.link_hash = ${linkHash}`);
    const { org_id: orgId, created_by: createdBy, created_by_service: clientId } = row;
    return {
      ...sessionPage(row),
      askedBy: row.asker_name ?? row.asker_email ?? createdBy,
      service: clientId === null ? null : { name: this.services.find(clientId)?.name ?? null, clientId },
      allowed: (await this.askers.of({ orgId, createdBy, createdByService: clientId })) !== null,
    };
  }
}

@QueryHandler(GetConnectResult)
export class GetConnectResultHandler extends SessionReads implements IQueryHandler<GetConnectResult> {
  async execute({ id }: GetConnectResult): Promise<ConnectResult> {
    const row = await this.one(sql`s.id = ${id}`);
    return {
      ...sessionPage(row),
      profiles: row.profiles,
      discovered: row.discovered,
      displayName: row.display_name ?? row.waiting_name,
      renews: row.renews_name,
    };
  }
}

@QueryHandler(GetAttemptSession)
export class GetAttemptSessionHandler implements IQueryHandler<GetAttemptSession> {
  constructor(private readonly database: Database) {}

  async execute({ provider, stateHash }: GetAttemptSession): Promise<ConnectSessionId | null> {
    const [row] = await this.database.read(sql<{ session_id: ConnectSessionId }>`
      select session_id from app.oauth_attempt where state_hash = ${stateHash} and provider = ${provider}`);
    return row?.session_id ?? null;
  }
}
