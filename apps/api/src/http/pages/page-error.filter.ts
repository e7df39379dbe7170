/** Errors on our pages, as a page. */
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { judgeError, problemOf } from '../problems/problem.js';
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
    sendPage(http.getResponse<FastifyReply>(), problem.status, {
      title: problem.title,
      tone: 'bad',
      body: html`<p>${problem.detail}</p>
        <p class="quiet">Error <code>${problem.code}</code>, request <code>${request.id}</code>.</p>`,
    });
  }
}
