/** Lists notices, one per event, and marks them as read for each person. */
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { GetNotice, ListNotices } from '@application/notices/list-notices.js';
import { MarkNotice } from '@application/notices/mark-notice.js';
import { NoticeView } from '@application/notices/notice.view.js';
import { ReadAllNotices } from '@application/notices/read-all-notices.js';
import type { Page } from '@application/ports/cursors.js';
import { fromWire } from '@application/wire-ids.js';
import type { NoticeId, OrgId } from '@domain/ids.js';
import { personOf, type Actor } from '@domain/organisation/role.js';
import { By, OrgIdPipe, WireId } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { NotAudited } from '../access/audit-policy.js';
import { Api, ApiPage, Problems } from '../openapi.js';
import { pageRequest } from '../page.query.js';
import { MarkBody, ReadAllBody } from './notice.body.js';
import { NoticesQuery } from './notice.query.js';

@Api()
@ApiTags('Notices')
@Controller('v1/orgs/:org/notices')
export class NoticesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Lists notices, newest first. */
  @Get()
  @Allow('read')
  @ApiPage(NoticeView)
  listNotices(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Query() query: NoticesQuery,
  ): Promise<Page<NoticeView>> {
    const filter = query.unread === undefined ? {} : { unread: query.unread === 'true' };
    return this.queries.execute(new ListNotices(org, personOf(by), filter, pageRequest(query)));
  }

  /** Marks a notice as read, or as unread. The mark is the reader's own. */
  @Patch(':id')
  @Problems('notice_not_found')
  @Allow('read')
  @NotAudited('A reader’s own marks are not shown to others.')
  async markNotice(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('ntc')) id: NoticeId,
    @Body() { read }: MarkBody,
  ): Promise<NoticeView> {
    await this.commands.execute(new MarkNotice(by, org, id, read));
    return this.queries.execute(new GetNotice(org, personOf(by), id));
  }

  /** Marks a notice and everything older as read. */
  @Post('read-all')
  @Problems('id_malformed', 'notice_not_found')
  @Allow('read')
  @HttpCode(204)
  @NotAudited('A reader’s own marks are not shown to others.')
  async readAllNotices(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Body() { up_to }: ReadAllBody,
  ): Promise<void> {
    await this.commands.execute(new ReadAllNotices(by, org, fromWire('ntc', up_to, 'up_to')));
  }
}
