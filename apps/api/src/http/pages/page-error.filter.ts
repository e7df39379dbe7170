/** Renders errors on our pages as a page. */
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { judgeError, problemOf, RETRY_AFTER_SECONDS } from '../problems/problem.js';
import { html } from '@application/html.js';
import { sendPage } from './page.js';

/** Codes of the catalogue whose text for people differs. */
const FOR_PEOPLE: Readonly<Record<string, { title: string; detail: string }>> = {
  connect_session_not_found: {
    title: 'This link does not work',
    detail: 'It is incomplete, or too old. Open it again as you got it, or ask for a new one.',
  },
};

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
    const { title, detail } = FOR_PEOPLE[problem.code] ?? problem;
    sendPage(reply, problem.status, {
      title,
      tone: 'bad',
      body: html`<p>${detail}</p>
        <p class="quiet">Error <code>${problem.code}</code>, request <code>${request.id}</code>.</p>`,
    });
  }
}
