/** Reads connections and their health, requests checks, and disconnects. */
import { Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ConnectionHealthView, ConnectionView } from '@application/connections/connection.view.js';
import { Disconnect } from '@application/disconnecting/disconnect.js';
import { DisconnectionView, DisconnectPreviewView } from '@application/disconnecting/disconnection.view.js';
import { GetHealth } from '@application/connections/get-health.js';
import { GetConnection, ListConnections } from '@application/connections/list-connections.js';
import { GetReceipt, PreviewDisconnect } from '@application/disconnecting/preview-disconnect.js';
import { RequestCheck } from '@application/connections/request-check.js';
import type { Page } from '@application/ports/cursors.js';
import { toWire } from '@application/wire-ids.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { By, OrgIdPipe, WireId } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Audited, NotAudited } from '../access/audit-policy.js';
import { Api, ApiPage, Problems } from '../openapi.js';
import { PageQuery, pageRequest } from '../page.query.js';

@Api()
@ApiTags('Connections')
@Controller('v1/orgs/:org/connections')
export class ConnectionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Lists connections with their profiles, oldest first. */
  @Get()
  @Allow('read')
  @ApiPage(ConnectionView)
  listConnections(@Param('org', OrgIdPipe) org: OrgId, @Query() query: PageQuery): Promise<Page<ConnectionView>> {
    return this.queries.execute(new ListConnections(org, pageRequest(query)));
  }

  /** Reads a connection with its profiles. */
  @Get(':id')
  @Allow('read')
  @Problems('connection_not_found')
  getConnection(
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('conn')) id: ConnectionId,
  ): Promise<ConnectionView> {
    return this.queries.execute(new GetConnection(org, id));
  }

  /** Reads a connection's health, with the profiles that have a problem of their own. */
  @Get(':id/health')
  @Problems('connection_not_found')
  @Allow('read')
  getConnectionHealth(
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('conn')) id: ConnectionId,
  ): Promise<ConnectionHealthView> {
    return this.queries.execute(new GetHealth(org, id));
  }

  /**
   * Refreshes a connection. A check extends the token where that is due and reads from the provider what the grant
   * reaches; it never rotates a valid token without need. `Location` leads to the health, where `check_state` ends at
   * `done` or `retrying`. A call while a check is queued or running joins that check.
   */
  @Post(':id/refresh')
  @Problems('connection_not_found', 'reconnect_needed')
  @Allow('connect')
  @HttpCode(202)
  @NotAudited('A check only reads from the provider; the changes that it finds have events of their own.')
  async refreshConnection(
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('conn')) id: ConnectionId,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionHealthView> {
    await this.commands.execute(new RequestCheck(org, id));
    void reply.header('location', `/v1/orgs/${org}/connections/${toWire('conn', id)}/health`);
    return this.getConnectionHealth(org, id);
  }

  /** Previews a disconnect: what it would change, without a change. */
  @Post(':id/disconnect-preview')
  @Problems('connection_not_found')
  @Allow('connect')
  @HttpCode(200)
  @NotAudited('It changes nothing.')
  previewDisconnect(
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('conn')) id: ConnectionId,
  ): Promise<DisconnectPreviewView> {
    return this.queries.execute(new PreviewDisconnect(org, id));
  }

  /** Disconnects for good. A second call returns the same receipt. */
  @Delete(':id')
  @Problems('connection_not_found')
  @Allow('connect')
  @Audited('connection.disconnected')
  async disconnect(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('conn')) id: ConnectionId,
  ): Promise<DisconnectionView> {
    await this.commands.execute(new Disconnect(by, org, id));
    return this.queries.execute(new GetReceipt(org, id));
  }
}
