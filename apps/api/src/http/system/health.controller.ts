/** Answers whether the process runs, and whether it can work. */
import { Controller, Get, Res } from '@nestjs/common';
import { ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
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

  /** Says that the process runs. Asks nothing else. */
  @Get('live')
  getLiveness(): StatusView {
    return { status: 'ok' };
  }

  /** Says whether it can work now. 200 where the database takes writes and the process has not been asked to end, else 503. */
  @Get('ready')
  @ApiServiceUnavailableResponse({ type: StatusView, description: 'Not now.' })
  async getReadiness(@Res({ passthrough: true }) reply: FastifyReply): Promise<StatusView> {
    const ready = !this.stopping.begun && (await this.readiness.check());
    if (!ready) void reply.status(503).header('retry-after', '1');
    return { status: ready ? 'ok' : 'unavailable' };
  }
}
