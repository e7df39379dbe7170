/** Receives Meta's signed callbacks, and serves the status page that the answer to a data deletion has to name. */
import { Controller, Get, HttpCode, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DeletionNotFound, GetDeletionStatus } from '@application/meta-callbacks/get-deletion-status.js';
import { SignedRequestInvalid } from '@application/meta-callbacks/ports.js';
import { ReceiveCallback } from '@application/meta-callbacks/receive-callback.js';
import { Digest } from '@application/ports/work.js';
import { Open } from '../access/policy.js';
import { NotAudited } from '../access/audit-policy.js';
import { deletionPage } from '../pages/deletion-page.js';
import { PageErrorFilter } from '../pages/page-error.filter.js';
import { sendPage } from '../pages/page.js';
import { PublicUrl } from '../public-url.js';

@ApiExcludeController()
@Open()
@Controller()
export class MetaCallbacksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly digest: Digest,
    private readonly publicUrl: PublicUrl,
  ) {}

  /** Meta reads nothing but the status. */
  @Post('webhooks/meta/deauthorize')
  @HttpCode(200)
  @NotAudited('The request is kept as such; each connection it ends is written by its own disconnect.')
  async deauthorize(@Req() request: FastifyRequest): Promise<object> {
    await this.commands.execute(new ReceiveCallback('deauthorize', signedRequestOf(request)));
    return {};
  }

  /** The answer is Meta's contract: where the person can see how far it is, and the code they are shown. */
  @Post('webhooks/meta/data-deletion')
  @HttpCode(200)
  @NotAudited('The request is kept as such; each connection it ends is written by its own disconnect.')
  async deleteData(@Req() request: FastifyRequest): Promise<object> {
    const { code } = await this.commands.execute(new ReceiveCallback('data_deletion', signedRequestOf(request)));
    return { url: this.publicUrl.to(`/deletion/${code}`), confirmation_code: code };
  }

  @Get('deletion/:code')
  @UseFilters(PageErrorFilter)
  async status(@Param('code') code: string, @Res() reply: FastifyReply): Promise<void> {
    if (!/^[A-Za-z0-9_-]{43}$/.test(code)) throw new DeletionNotFound();
    sendPage(reply, 200, deletionPage(await this.queries.execute(new GetDeletionStatus(this.digest.of(code)))));
  }
}

/** A form with this one field, once; anything else was not sent by Meta. */
function signedRequestOf(request: FastifyRequest): string {
  if (!/^application\/x-www-form-urlencoded(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new SignedRequestInvalid();
  }
  const field = (request.body as Record<string, unknown> | null | undefined)?.['signed_request'];
  if (typeof field !== 'string') throw new SignedRequestInvalid();
  return field;
}
