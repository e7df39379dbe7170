/** Errors on our pages, as a page. */
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { judgeError, problemOf, RETRY_AFTER_SECONDS } from '../problems/problem.js';
import { html } from './html.js';
import { sendPage } from './page.js';

@Catch()
export class PageErrorFilter implements ExceptionFilter {
  private readonly log = new Logger('Page');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const judged = judgeError(error);
    const problem = problemOf(judged, '', request.id);
    if (judged.ours) this.log.error({ request_id: request.id, err: error }, judged.detail);
    const reply = http.getResponse<FastifyReply>();
    if (problem.status === 503) void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    sendPage(reply, problem.status, {
      title: problem.title,
      tone: 'bad',
      body: html`<p>${problem.detail}</p>
        <p class="quiet">Error <code>${problem.code}</code>, request <code>${request.id}</code>.</p>`,
    });
  }
}
