/** Starts, reads and downloads exports of an organisation's data. */
import { Controller, Get, HttpCode, Param, Post, Res, StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { ExportView } from '@application/exports/export.view.js';
import { ExportNotFound, ExportNotReady, Exports } from '@application/exports/ports.js';
import { NoteExportDownload } from '@application/exports/note-download.js';
import { GetExport, RequestExport } from '@application/exports/request-export.js';
import { toWire } from '@application/wire-ids.js';
import type { OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { By, OrgIdPipe, WireId } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Audited } from '../access/audit-policy.js';
import { Api, Problems } from '../openapi.js';

@Api()
@ApiTags('Organisations')
@Controller('v1/orgs/:org/exports')
export class ExportsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly exports: Exports,
  ) {}

  /** Starts an export. Returns the one in progress if there is one; `Location` leads to it. */
  @Post()
  @Problems('too_many_exports')
  @Allow('own')
  @Audited('export.requested')
  @HttpCode(202)
  async requestExport(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportView> {
    const id = await this.commands.execute(new RequestExport(by, org));
    void reply.header('location', `/v1/orgs/${org}/exports/${toWire('exp', id)}`);
    return this.queries.execute(new GetExport(org, id));
  }

  /** Reads the progress of an export, and its address. */
  @Get(':id')
  @Allow('own')
  @Problems('export_not_found')
  getExport(@Param('org', OrgIdPipe) org: OrgId, @Param('id', WireId('exp')) id: string): Promise<ExportView> {
    return this.queries.execute(new GetExport(org, id));
  }

  /** Downloads an export. JSON lines, gzip, each `{"table": …, "row": …}`. */
  @Get(':id/download')
  @Allow('own')
  @Audited('export.downloaded')
  @Problems('export_not_found', 'export_not_ready')
  @ApiOkResponse({ content: { 'application/gzip': { schema: { type: 'string', format: 'binary' } } } })
  async downloadExport(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('exp')) id: string,
  ): Promise<StreamableFile> {
    const { state } = await this.queries.execute(new GetExport(org, id));
    if (state === 'expired' || state === 'failed') throw new ExportNotFound();
    if (state !== 'ready') throw new ExportNotReady();
    await this.commands.execute(new NoteExportDownload(by, org, id));
    return new StreamableFile(Readable.from(this.exports.read(id, org)), {
      type: 'application/gzip',
      disposition: `attachment; filename="${org}.jsonl.gz"`,
    });
  }
}
