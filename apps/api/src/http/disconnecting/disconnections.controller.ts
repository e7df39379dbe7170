/** Reads the receipts of disconnects, with the present outcomes of their revocations. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { DisconnectionView } from '@application/disconnecting/disconnection.view.js';
import { GetDisconnection, ListDisconnections } from '@application/disconnecting/preview-disconnect.js';
import type { Page } from '@application/ports/cursors.js';
import type { OrgId } from '@domain/ids.js';
import { OrgIdPipe, WireId } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Api, ApiPage, Problems } from '../openapi.js';
import { PageQuery, pageRequest } from '../page.query.js';

@Api()
@ApiTags('Connections')
@Controller('v1/orgs/:org/disconnections')
export class DisconnectionsController {
  constructor(private readonly queries: QueryBus) {}

  /** Lists receipts of disconnects, newest first. */
  @Get()
  @Allow('connect')
  @ApiPage(DisconnectionView)
  listDisconnections(@Param('org', OrgIdPipe) org: OrgId, @Query() query: PageQuery): Promise<Page<DisconnectionView>> {
    return this.queries.execute(new ListDisconnections(org, pageRequest(query)));
  }

  /** Reads a receipt, with the outcomes of its revocations. */
  @Get(':id')
  @Allow('connect')
  @Problems('disconnection_not_found')
  getDisconnection(
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('disc')) id: string,
  ): Promise<DisconnectionView> {
    return this.queries.execute(new GetDisconnection(org, id));
  }
}
