/** Connect sessions: started here, carried on in the browser, followed and decided here. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AcceptConnect } from '@application/connecting/accept-connect.js';
import { ConnectSessionView } from '@application/connecting/connect-session.view.js';
import { DeclineConnect } from '@application/connecting/decline-connect.js';
import { GetConnectSession, ListConnectSessions } from '@application/connecting/get-connect-session.js';
import { StartConnect } from '@application/connecting/start-connect.js';
import { WithdrawConnect } from '@application/connecting/withdraw-connect.js';
import type { Page } from '@application/ports/cursors.js';
import { fromWire, toWire } from '@application/wire-ids.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { By, OrgIdPipe, WireId } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Audited } from '../audit/audit-policy.js';
import { Api, ApiPage } from '../openapi.js';
import { pageRequest } from '../page.query.js';
import { PublicUrl } from '../public-url.js';
import { AttemptCookie } from './attempt-cookie.js';
import { ConnectStartedView } from './connect-started.view.js';
import { ConnectSessionsQuery, sessionFilter, StartConnectBody } from './connect.body.js';

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

  /** Of a `self` session the answer's cookie ties it to this browser: open `connect_url` there. A `link` is to be sent. */
  @Post()
  @Allow('connect')
  @Audited('connect_session.started')
  async start(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Body() body: StartConnectBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectStartedView> {
    const reconnects =
      body.reconnect_connection_id === undefined ? null : fromWire('conn', body.reconnect_connection_id);
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

  /** Latest first; `state=awaiting_acceptance` is what waits for a decision. */
  @Get()
  @Allow('connect')
  @ApiPage(ConnectSessionView)
  list(@Param('org', OrgIdPipe) org: OrgId, @Query() query: ConnectSessionsQuery): Promise<Page<ConnectSessionView>> {
    return this.queries.execute(new ListConnectSessions(org, sessionFilter(query), pageRequest(query)));
  }

  @Get(':id')
  @Allow('connect')
  get(
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('csess')) id: ConnectSessionId,
  ): Promise<ConnectSessionView> {
    return this.queries.execute(new GetConnectSession(org, id));
  }

  /** Takes what a link brought: the connection is made, or renewed in place, and its profiles are looked up. */
  @Post(':id/accept')
  @Allow('connect')
  @Audited('connect_session.accepted', 'connection.connected', 'connection.reconnected')
  @HttpCode(200)
  async accept(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('csess')) id: ConnectSessionId,
  ): Promise<ConnectSessionView> {
    await this.commands.execute(new AcceptConnect(by, org, id));
    return this.queries.execute(new GetConnectSession(org, id));
  }

  /** Gives back what a link brought. A connection that the organisation already has stays as it is. */
  @Post(':id/decline')
  @Allow('connect')
  @Audited('connect_session.declined')
  @HttpCode(200)
  async decline(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('csess')) id: ConnectSessionId,
  ): Promise<ConnectSessionView> {
    await this.commands.execute(new DeclineConnect(by, org, id));
    return this.queries.execute(new GetConnectSession(org, id));
  }

  /** Takes a link back, or a session whose person has not consented yet: it opens nothing any more. Asked for again, it stays withdrawn. */
  @Delete(':id')
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
