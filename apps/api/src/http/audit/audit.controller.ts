/** The audit log of an organisation. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { AuditEventView } from '@application/audit/audit-event.view.js';
import { ListAuditEvents } from '@application/audit/list-audit-events.js';
import type { Page } from '@application/ports/cursors.js';
import type { OrgId } from '@domain/ids.js';
import { OrgIdPipe } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Api, ApiPage } from '../openapi.js';
import { pageRequest } from '../page.query.js';
import { auditFilter, AuditQuery } from './audit.query.js';

@Api()
@ApiTags('Audit')
@Controller('v1/orgs/:org/audit-events')
export class AuditController {
  constructor(private readonly queries: QueryBus) {}

  /** Lists who did what, newest first. Also what was refused to members. */
  @Get()
  @Allow('read_logs')
  @ApiPage(AuditEventView)
  listAuditEvents(@Param('org', OrgIdPipe) org: OrgId, @Query() query: AuditQuery): Promise<Page<AuditEventView>> {
    return this.queries.execute(new ListAuditEvents(org, auditFilter(query), pageRequest(query)));
  }
}
