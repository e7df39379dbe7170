/** The one place where errors become answers; controllers never catch. */
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { judgeError, problemOf } from './problem.js';

const RETRY_AFTER_SECONDS = 5;

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const judged = judgeError(error);
    if (judged.ours) this.log.error({ request_id: request.id, err: error }, judged.detail);
    // The route's template, never the URL: a URL may hold a capability.
    const problem = problemOf(judged, request.routeOptions?.url ?? '', request.id);
    if (problem.status === 503) void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    void reply
      .headers(judged.headers ?? {})
      .status(problem.status)
      .type('application/problem+json; charset=utf-8')
      .send(problem);
  }
}
