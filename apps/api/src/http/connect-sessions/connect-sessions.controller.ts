/** Starts, reads and decides connect sessions; the browser continues them on the pages. */
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AcceptConnect } from '@application/connect-sessions/accept-connect.js';
import { ConnectSessionView } from '@application/connect-sessions/connect-session.view.js';
import { DeclineConnect } from '@application/connect-sessions/decline-connect.js';
import { GetConnectSession, ListConnectSessions } from '@application/connect-sessions/get-connect-session.js';
import { StartConnect } from '@application/connect-sessions/start-connect.js';
import { WithdrawConnect } from '@application/connect-sessions/withdraw-connect.js';
import type { Page } from '@application/ports/cursors.js';
import { fromWire, toWire } from '@application/wire-ids.js';
import { BrowserKeepsNoCookie } from '@domain/connection/connect-errors.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { By, OrgIdPipe, WireId } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Audited } from '../access/audit-policy.js';
import { Api, ApiPage, Problems } from '../openapi.js';
import { pageRequest } from '../page.query.js';
import { PublicUrl } from '../public-url.js';
import { AttemptCookie } from './attempt-cookie.js';
import { ConnectStartedView } from './connect-started.view.js';
import { StartConnectBody } from './connect.body.js';
import { ConnectSessionsQuery, sessionFilter } from './connect.query.js';

@Api()
@ApiTags('Connections')
@Controller('v1/orgs/:org/connect-sessions')
export class ConnectSessionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly cookie: AttemptCookie,
    private readonly publicUrl: PublicUrl,
  ) {}

  /** Starts a connect session. The cookie of the answer binds a `self` session to this browser: open `connect_url` there. A `link` is to be sent. */
  @Post()
  @Problems(
    'provider_not_configured',
    'return_to_refused',
    'connection_not_named',
    'connection_not_found',
    'connection_at_other_provider',
    'browser_keeps_no_cookie',
    'too_many_connect_sessions',
    'id_malformed',
  )
  @Allow('connect')
  @Audited('connect_session.started')
  async startConnect(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Body() body: StartConnectBody,
    @Headers('sec-fetch-site') site: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectStartedView> {
    if ((body.kind ?? 'self') === 'self' && site === 'cross-site') throw new BrowserKeepsNoCookie();
    const reconnects =
      body.reconnect_connection_id === undefined
        ? null
        : fromWire('conn', body.reconnect_connection_id, 'reconnect_connection_id');
    const started = await this.commands.execute(
      new StartConnect(by, org, {
        provider: body.provider,
        kind: body.kind ?? 'self',
        intent: body.intent ?? 'connect',
        returnTo: body.return_to ?? null,
        reconnects,
      }),
    );
    const id = toWire('csess', started.id);
    if (started.browserSecret !== null) this.cookie.set(reply, id, started.browserSecret, started.expiresAt);
    void reply.header('location', `/v1/orgs/${org}/connect-sessions/${id}`).header('cache-control', 'no-store');
    return {
      id,
      kind: started.kind,
      connect_url: this.publicUrl.to(`/connect/${started.linkToken}`),
      expires_at: started.expiresAt.toISOString(),
    };
  }

  /** Lists connect sessions, latest first. `state=awaiting_acceptance` is what waits for a decision. */
  @Get()
  @Allow('connect')
  @ApiPage(ConnectSessionView)
  listConnectSessions(
    @Param('org', OrgIdPipe) org: OrgId,
    @Query() query: ConnectSessionsQuery,
  ): Promise<Page<ConnectSessionView>> {
    return this.queries.execute(new ListConnectSessions(org, sessionFilter(query), pageRequest(query)));
  }

  /** Reads a connect session: its state, and its outcome. */
  @Get(':id')
  @Allow('connect')
  @Problems('connect_session_not_found')
  getConnectSession(
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('csess')) id: ConnectSessionId,
  ): Promise<ConnectSessionView> {
    return this.queries.execute(new GetConnectSession(org, id));
  }

  /** Accepts what a link brought. The connection is made, or renewed in place, and its discovery begins. */
  @Post(':id/accept')
  @Problems('connect_session_not_found', 'connect_session_not_waiting', 'acceptance_needs_person')
  @Allow('connect')
  @Audited('connect_session.accepted', 'connection.connected', 'connection.reconnected')
  @HttpCode(200)
  async acceptConnect(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('csess')) id: ConnectSessionId,
  ): Promise<ConnectSessionView> {
    await this.commands.execute(new AcceptConnect(by, org, id));
    return this.queries.execute(new GetConnectSession(org, id));
  }

  /** Declines what a link brought, and revokes it. A connection that the organisation already has stays as it is. */
  @Post(':id/decline')
  @Problems('connect_session_not_found', 'connect_session_not_waiting', 'acceptance_needs_person')
  @Allow('connect')
  @Audited('connect_session.declined')
  @HttpCode(200)
  async declineConnect(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('csess')) id: ConnectSessionId,
  ): Promise<ConnectSessionView> {
    await this.commands.execute(new DeclineConnect(by, org, id));
    return this.queries.execute(new GetConnectSession(org, id));
  }

  /** Withdraws a link, or a session whose person has not consented yet: it does not work any more. A second call changes nothing. */
  @Delete(':id')
  @Problems('connect_session_not_found', 'connect_session_awaits_decision', 'connect_session_over')
  @Allow('connect')
  @Audited('connect_session.withdrawn')
  async withdraw(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('csess')) id: ConnectSessionId,
  ): Promise<ConnectSessionView> {
    await this.commands.execute(new WithdrawConnect(by, org, id));
    return this.queries.execute(new GetConnectSession(org, id));
  }
}
