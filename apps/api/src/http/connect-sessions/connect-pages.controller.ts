/** Serves the pages around the provider's consent: the connect page and the result page. */
import { Controller, Get, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CancelConnect } from '@application/connect-sessions/cancel-connect.js';
import { ContinueConnect } from '@application/connect-sessions/continue-connect.js';
import {
  GetConnectPage,
  GetConnectResult,
  type ConnectPage,
} from '@application/connect-sessions/get-connect-session.js';
import { Providers } from '@application/ports/providers.js';
import { Digest } from '@application/ports/work.js';
import { toWire } from '@application/wire-ids.js';
import { ConnectSessionNotFound } from '@domain/connection/connect-errors.js';
import type { ConnectSessionId } from '@domain/ids.js';
import { WireId } from '../access/caller.js';
import { Open } from '../access/policy.js';
import { NotAudited } from '../access/audit-policy.js';
import { consentPage, notAllowed, otherBrowser } from '../pages/connect-page.js';
import { connectResult } from '../pages/connect-result.js';
import { PageErrorFilter } from '../pages/page-error.filter.js';
import { sendPage } from '../pages/page.js';
import { AttemptCookie } from './attempt-cookie.js';
import { PageNonce } from './page-nonce.js';
import { WaysBack } from './ways-back.js';

@ApiExcludeController()
@Open()
@UseFilters(PageErrorFilter)
@Controller()
export class ConnectPagesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly cookie: AttemptCookie,
    private readonly nonce: PageNonce,
    private readonly waysBack: WaysBack,
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
    this.show(await this.pageOf(token), request, reply);
  }

  /** Continue or Cancel. A link is bound to the first browser in which Continue is pressed. */
  @Post('connect/:token')
  @NotAudited(
    'Continue begins an attempt of a session whose start was written; its outcome, or Cancel, is written by the verb.',
  )
  async decide(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.pageOf(token);
    const id = toWire('csess', page.id);
    const nonce = this.nonce.take(request, reply, id);
    // Continue works only from the page that names the organisation: it is shown again.
    if (nonce === null) return this.show(page, request, reply, page.state === 'pending' ? 403 : 409);
    const secrets = this.cookie.secrets(request, id);
    if ((request.body as Record<string, unknown>)['decision'] === 'cancel') {
      await this.commands.execute(new CancelConnect(token, secrets));
      if (page.returnTo !== null) this.cookie.clear(reply, id);
      return void reply.redirect(this.waysBack.after(page.returnTo, id), 303);
    }
    const { authorizeUrl, browserSecret, until } = await this.commands.execute(
      new ContinueConnect(token, secrets, nonce),
    );
    this.cookie.set(reply, id, browserSecret ?? secrets[0]!, until);
    // A double click: the page once more, for the browser shows the last answer, and may have dropped the first one's cookie.
    if (authorizeUrl === null) return this.show(page, request, reply, 403, true);
    void reply.redirect(authorizeUrl, 303);
  }

  /** The address has no code and no state, so the page can be reloaded. */
  @Get('connected/:id')
  async result(
    @Param('id', WireId('csess')) sessionId: ConnectSessionId,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const result = await this.queries.execute(new GetConnectResult(sessionId));
    const id = toWire('csess', sessionId);
    const own = this.cookie.owns(request, id, result.browserHash);
    if (own && result.outcome !== null) this.cookie.clear(reply, id);
    sendPage(reply, 200, connectResult(result, own, this.waysBack.shown({ ...result, id }, own)));
  }

  private show(
    page: ConnectPage,
    request: FastifyRequest,
    reply: FastifyReply,
    status = 200,
    own = this.cookie.owns(request, toWire('csess', page.id), page.browserHash),
  ): void {
    const id = toWire('csess', page.id);
    if (page.state !== 'pending') {
      const result = { ...page, displayName: null, renews: null, profiles: 0, discovered: null };
      return sendPage(reply, status, connectResult(result, own, this.waysBack.shown({ ...page, id }, own)));
    }
    // A link that no browser has claimed may be opened in any.
    if (page.browserHash !== null && !own) return sendPage(reply, 403, otherBrowser(page));
    if (!page.allowed) return sendPage(reply, 403, notAllowed(page, this.waysBack.shown({ ...page, id }, own)));
    const formTargets = [
      this.providers.authorizationServer(page.provider).authorizeOrigin,
      new URL(this.waysBack.after(page.returnTo, id)).origin,
    ];
    sendPage(reply, status, { ...consentPage(page, this.nonce.issue(reply, id), status !== 200), formTargets });
  }

  private pageOf(token: string): Promise<ConnectPage> {
    if (!/^[A-Za-z0-9_-]{43}$/.test(token)) throw new ConnectSessionNotFound();
    return this.queries.execute(new GetConnectPage(this.digest.of(token)));
  }
}
