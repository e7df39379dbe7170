/** Connect sessions, for the API's caller and for the two pages that a person sees. */
import { Injectable } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql, type RawBuilder } from 'kysely';
import type { ConnectSessionView } from '@application/connecting/connect-session.view.js';
import {
  GetConnectPage,
  GetConnectResult,
  GetConnectSession,
  type ConnectPage,
  type ConnectResult,
} from '@application/connecting/get-connect-session.js';
import { toWire } from '@application/wire-ids.js';
import { ConnectSessionNotFound, type SessionOutcome, type SessionState } from '@domain/connection/connect-session.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, iso } from '../database.js';

interface SessionRow {
  id: string;
  provider: ProviderName;
  state: SessionState;
  outcome: SessionOutcome | null;
  connection_id: string | null;
  discovered: number | null;
  expires_at: string;
  return_to: string | null;
  browser_hash: Uint8Array;
  organisation: string;
  asked_by: string;
  display_name: string | null;
  profiles: number;
}

/** A pending session is over by the clock alone: nobody has to write that down first. */
const selectSession = (where: RawBuilder<unknown>): RawBuilder<SessionRow> => sql<SessionRow>`
  select s.id, s.provider, s.connection_id, s.discovered, s.expires_at, s.return_to, s.browser_hash,
    case when s.state = 'pending' and s.expires_at <= app.now() then 'expired' else s.state end as state,
    case when s.state = 'pending' and s.expires_at <= app.now() then 'expired' else s.outcome end as outcome,
    o.name as organisation, coalesce(m.name, m.email, s.created_by) as asked_by, c.display_name,
    (select count(*)::int from app.profile p where p.org_id = s.org_id and p.connection_id = s.connection_id) as profiles
  from app.connect_session s
  join app.organisation o on o.id = s.org_id
  left join app.member m on m.org_id = s.org_id and m.user_id = s.created_by
  left join app.connection c on c.org_id = s.org_id and c.id = s.connection_id
  where ${where}`;

/** Injectable, so that its subclasses are given what it asks for. */
@Injectable()
abstract class SessionReads {
  constructor(private readonly database: Database) {}

  protected async one(where: RawBuilder<unknown>): Promise<SessionRow> {
    const [row] = await this.database.read(selectSession(where));
    if (row === undefined) throw new ConnectSessionNotFound();
    return row;
  }
}

@QueryHandler(GetConnectSession)
export class GetConnectSessionHandler extends SessionReads implements IQueryHandler<GetConnectSession> {
  async execute({ orgId, id }: GetConnectSession): Promise<ConnectSessionView> {
    const row = await this.one(sql`s.org_id = ${orgId} and s.id = ${id}`);
    return {
      id: toWire('csess', row.id),
      provider: row.provider,
      state: row.state,
      outcome: row.outcome,
      connection_id: row.connection_id === null ? null : toWire('conn', row.connection_id),
      discovered: row.discovered,
      expires_at: iso(row.expires_at),
    };
  }
}

@QueryHandler(GetConnectPage)
export class GetConnectPageHandler extends SessionReads implements IQueryHandler<GetConnectPage> {
  async execute({ linkHash }: GetConnectPage): Promise<ConnectPage> {
    const row = await this.one(sql`s.link_hash = ${linkHash}`);
    return {
      provider: row.provider,
      organisation: row.organisation,
      askedBy: row.asked_by,
      state: row.state,
      outcome: row.outcome,
      browserHash: row.browser_hash,
    };
  }
}

@QueryHandler(GetConnectResult)
export class GetConnectResultHandler extends SessionReads implements IQueryHandler<GetConnectResult> {
  async execute({ id }: GetConnectResult): Promise<ConnectResult> {
    const row = await this.one(sql`s.id = ${id}`);
    return {
      provider: row.provider,
      state: row.state,
      outcome: row.outcome,
      returnTo: row.return_to,
      displayName: row.display_name,
      profiles: row.profiles,
      browserHash: row.browser_hash,
    };
  }
}
