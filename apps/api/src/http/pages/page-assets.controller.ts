/** Serves the two files that our pages load. */
import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Open } from '../access/policy.js';
import { SCRIPT } from './script.js';
import { STYLES } from './styles.js';

@ApiExcludeController()
@Open()
@Controller()
export class PageAssetsController {
  @Get('pages.css')
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  styles(@Res() reply: FastifyReply): void {
    void reply.send(STYLES);
  }

  @Get('pages.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  script(@Res() reply: FastifyReply): void {
    void reply.send(SCRIPT);
  }
}
