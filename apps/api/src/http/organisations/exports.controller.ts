/** Everything that is kept of an organisation, to take along. */
import { Controller, Get, HttpCode, Param, Post, Res, StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { ExportView } from '@application/exports/export.view.js';
import { ExportNotFound, ExportNotReady, Exports } from '@application/exports/ports.js';
import { GetExport, RequestExport } from '@application/exports/request-export.js';
import { toWire } from '@application/wire-ids.js';
import type { OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { By, OrgIdPipe, WireId } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Audited } from '../audit/audit-policy.js';
import { Api } from '../openapi.js';

@Api()
@ApiTags('Organisations')
@Controller('v1/orgs/:org/exports')
export class ExportsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly exports: Exports,
  ) {}

  /** Starts one, or answers the one under way; `Location` leads to it. */
  @Post()
  @Allow('own')
  @Audited('export.requested')
  @HttpCode(202)
  async request(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportView> {
    const id = await this.commands.execute(new RequestExport(by, org));
    void reply.header('location', `/v1/orgs/${org}/exports/${toWire('exp', id)}`);
    return this.queries.execute(new GetExport(org, id));
  }

  @Get(':id')
  @Allow('own')
  get(@Param('org', OrgIdPipe) org: OrgId, @Param('id', WireId('exp')) id: string): Promise<ExportView> {
    return this.queries.execute(new GetExport(org, id));
  }

  /** JSON lines, gzip: `{"table": …, "row": …}`. */
  @Get(':id/download')
  @Allow('own')
  @ApiOkResponse({ content: { 'application/gzip': { schema: { type: 'string', format: 'binary' } } } })
  async download(
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('exp')) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { state } = await this.queries.execute(new GetExport(org, id));
    if (state === 'expired' || state === 'failed') throw new ExportNotFound();
    if (state !== 'ready') throw new ExportNotReady();
    void reply.header('cache-control', 'no-store');
    return new StreamableFile(Readable.from(this.exports.read(id, org)), {
      type: 'application/gzip',
      disposition: `attachment; filename="${org}.jsonl.gz"`,
    });
  }
}
