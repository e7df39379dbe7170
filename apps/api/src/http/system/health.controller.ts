/** Is it running, and can it work? */
import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Readiness } from '@application/ports/readiness.js';
import { Open } from '../access/policy.js';
import { StatusView } from './status.view.js';
import { Stopping } from './stopping.js';

@ApiTags('System')
@Open()
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly stopping: Stopping,
  ) {}

  /** The process runs. Asks nobody. */
  @Get('live')
  live(): StatusView {
    return { status: 'ok' };
  }

  /** The database takes writes, now, and the process has not been asked to end: 200, or 503. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<StatusView> {
    const ready = !this.stopping.begun && (await this.readiness.check());
    if (!ready) void reply.status(503).header('retry-after', '1');
    return { status: ready ? 'ok' : 'unavailable' };
  }
}
