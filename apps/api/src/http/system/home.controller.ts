/** Serves the addresses of this service at `/`: as a page for people, as JSON for programs. */
import { Controller, Get, HttpCode, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Open } from '../access/policy.js';
import { html } from '@application/html.js';
import { sendPage } from '../pages/page.js';

/** The demo's sandbox, in place of the providers and the issuer; null: this is a real deployment. */
export class Sandbox {
  constructor(readonly origin: string | null) {}
}

@ApiExcludeController()
@Open()
@Controller()
export class HomeController {
  constructor(private readonly sandbox: Sandbox) {}

  /** Browsers request it by themselves. */
  @Get('favicon.ico')
  @HttpCode(204)
  icon(): void {}

  @Get()
  home(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    void reply.header('vary', 'accept');
    const places = {
      documentation: '/docs',
      openapi: '/openapi.json',
      error_codes: '/v1/error-codes',
      health: '/ready',
      ...(this.sandbox.origin !== null && { sandbox: this.sandbox.origin }),
    };
    if (!request.headers.accept?.includes('text/html'))
      return void reply.send({ name: 'Social Connections', ...places });
    sendPage(reply, 200, {
      title: 'Where to go',
      body: html`<p>
          This is an API: it links X, Instagram and Facebook Page accounts of organisations and brings their analytics
          home.
        </p>
        <ul>
          <li><a href="${places.documentation}">Documentation</a>: every operation, to read and to try</li>
          <li><a href="${places.openapi}">OpenAPI description</a>, for generators of clients</li>
          <li><a href="${places.error_codes}">Error codes</a>, and what to do about each</li>
          <li><a href="${places.health}">Health</a>: whether it can work at this moment</li>
        </ul>
        ${
          this.sandbox.origin === null
            ? html``
            : html`<p class="note">
                This is a demo. <a href="${this.sandbox.origin}">Its sandbox</a> stands in for the providers and for the
                issuer: people to sign in as, and tokens for the documentation's “Try it”.
              </p>`
        }`,
    });
  }
}
