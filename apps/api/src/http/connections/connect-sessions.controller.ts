/** Connect sessions: started here, carried on in the browser, followed here. */
import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ConnectSessionView } from '@application/connecting/connect-session.view.js';
import { GetConnectSession } from '@application/connecting/get-connect-session.js';
import { StartConnect } from '@application/connecting/start-connect.js';
import { fromWire, toWire } from '@application/wire-ids.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { By, OrgIdPipe, WireId } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Audited } from '../audit/audit-policy.js';
import { Api } from '../openapi.js';
import { PublicUrl } from '../public-url.js';
import { AttemptCookie } from './attempt-cookie.js';
import { ConnectStartedView } from './connect-started.view.js';
import { StartConnectBody } from './connect.body.js';

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

  /** The answer's cookie ties the session to this browser: open `connect_url` there. */
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
      new StartConnect(by, org, body.provider, body.return_to ?? null, reconnects),
    );
    const id = toWire('csess', started.id);
    this.cookie.set(reply, id, started.browserSecret);
    void reply.header('location', `/v1/orgs/${org}/connect-sessions/${id}`).header('cache-control', 'no-store');
    return {
      id,
      connect_url: this.publicUrl.to(`/connect/${started.linkToken}`),
      expires_at: started.expiresAt.toISOString(),
    };
  }

  @Get(':id')
  @Allow('connect')
  get(
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('csess')) id: ConnectSessionId,
  ): Promise<ConnectSessionView> {
    return this.queries.execute(new GetConnectSession(org, id));
  }
}
