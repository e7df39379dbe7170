/** The pages around the provider's consent: before it, the way there, and what it came to. */
import { Controller, Get, Header, HttpCode, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ContinueConnect } from '@application/connecting/continue-connect.js';
import { GetConnectPage, GetConnectResult } from '@application/connecting/get-connect-session.js';
import { sameBytes } from '@application/connecting/same-bytes.js';
import { Providers } from '@application/ports/provider.js';
import { Digest } from '@application/ports/work.js';
import { toWire } from '@application/wire-ids.js';
import { ConnectSessionNotFound } from '@domain/connection/connect-errors.js';
import type { ConnectSessionId } from '@domain/ids.js';
import { WireId } from '../access/caller.js';
import { Open } from '../access/policy.js';
import { NotAudited } from '../audit/audit-policy.js';
import { consentIntroduction, otherBrowser, PROVIDER_NAMES } from '../pages/connect-page.js';
import { connectResult } from '../pages/connect-result.js';
import { PageErrorFilter } from '../pages/page-error.filter.js';
import { sendPage, STYLES, TIMES_SCRIPT } from '../pages/page.js';
import { AttemptCookie } from './attempt-cookie.js';

@ApiExcludeController()
@Open()
@UseFilters(PageErrorFilter)
@Controller()
export class ConnectPagesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly cookie: AttemptCookie,
    private readonly digest: Digest,
    private readonly providers: Providers,
  ) {}

  /** Opening the link has no side effect: mail scanners and previews open it, too. */
  @Get('connect/:token')
  async introduce(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.queries.execute(new GetConnectPage(this.hashOf(token)));
    if (page.state !== 'pending') {
      const { title, body } = connectResult({ ...page, displayName: null, renews: null, profiles: 0 }, false);
      return sendPage(reply, 200, title, body);
    }
    const title = `Connect ${PROVIDER_NAMES[page.provider]}`;
    // A link without a browser is for whoever presses Continue first.
    if (page.browserHash !== null && !this.isBrowser(request, page.browserHash)) {
      return sendPage(reply, 403, title, otherBrowser(page.kind));
    }
    const target = this.providers.of(page.provider).authorizeOrigin;
    sendPage(reply, 200, title, consentIntroduction(page), { formTargets: [target] });
  }

  /** Continue. On a link the first browser to press it has it from then on. */
  @Post('connect/:token')
  @NotAudited('It goes on with a session whose start was written, and what comes of it is written at the callback.')
  async continue(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.hashOf(token);
    const { authorizeUrl, sessionId, browserSecret } = await this.commands.execute(
      new ContinueConnect(token, this.cookie.secrets(request)),
    );
    if (browserSecret !== null) this.cookie.set(reply, toWire('csess', sessionId), browserSecret);
    void reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).redirect(authorizeUrl, 303);
  }

  /** A clean address: no code, no state; to be reloaded as often as one likes. */
  @Get('connected/:id')
  async result(
    @Param('id', WireId('csess')) id: ConnectSessionId,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const result = await this.queries.execute(new GetConnectResult(id));
    const { title, body } = connectResult(result, this.isBrowser(request, result.browserHash));
    // While profiles are looked up the page looks again by itself, without a script.
    // Its own address is named, since a browser that carries a fragment would otherwise stay where it is.
    if (result.state === 'discovering') void reply.header('refresh', `2; url=/connected/${toWire('csess', id)}`);
    sendPage(reply, 200, title, body);
  }

  @Get('pages.css')
  @HttpCode(200)
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  styles(@Res() reply: FastifyReply): void {
    void reply.send(STYLES);
  }

  @Get('pages.js')
  @HttpCode(200)
  @Header('content-type', 'text/javascript; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  script(@Res() reply: FastifyReply): void {
    void reply.send(TIMES_SCRIPT);
  }

  private hashOf(token: string): Uint8Array {
    if (!/^[A-Za-z0-9_-]{43}$/.test(token)) throw new ConnectSessionNotFound();
    return this.digest.of(token);
  }

  private isBrowser(request: FastifyRequest, browserHash: Uint8Array | null): boolean {
    if (browserHash === null) return false;
    return this.cookie.secrets(request).some((secret) => sameBytes(this.digest.of(secret), browserHash));
  }
}
