/** Serves pictures by their signed links, so that a page can show them without a token. */
import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { GetPicture } from '@application/pictures/get-picture.js';
import { Open } from '../access/policy.js';
import { Api, Problems } from '../openapi.js';

@Api()
@ApiTags('Pictures')
@Open()
@Controller('v1/pictures')
export class PicturesController {
  constructor(private readonly queries: QueryBus) {}

  /** Shows a picture, 128 by 128 pixels. The address is a `picture_url` of ours, and expires within two days. */
  @Get(':token')
  @Problems('picture_not_found')
  @ApiOkResponse({ content: { 'image/webp': { schema: { type: 'string', format: 'binary' } } } })
  async getPicture(
    @Param('token') token: string,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { webp, etag } = await this.queries.execute(new GetPicture(token));
    void reply.headers({
      etag,
      'cache-control': 'private, max-age=86400, immutable',
      'content-type': 'image/webp',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      // The host platform's pages have another origin, and show them too.
      'cross-origin-resource-policy': 'cross-origin',
    });
    if (known === etag) return reply.status(304).send();
    return reply.send(Buffer.from(webp));
  }
}
