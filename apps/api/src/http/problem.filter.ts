/** Turns errors into answers; controllers do not catch. */
import { Catch, Injectable, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ApiRequest } from './access/access.guard.js';
import { RefusalLog } from './audit/refusal-log.js';
import { instanceOf } from './problems/instance.js';
import { judgeError, problemOf, RETRY_AFTER_SECONDS } from './problems/problem.js';

@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');

  constructor(private readonly refusals: RefusalLog) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<ApiRequest>();
    const reply = http.getResponse<FastifyReply>();
    const judged = judgeError(error);
    if (judged.ours) this.log.error({ request_id: request.id, err: error }, judged.detail);
    const problem = problemOf(judged, instanceOf(request), request.id);
    await this.refusals.note(request, problem.status, problem.code);
    if (problem.status === 503) void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    void reply
      .headers(judged.headers ?? {})
      .status(problem.status)
      .type('application/problem+json; charset=utf-8')
      .send(problem);
  }
}
