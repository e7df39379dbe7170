/** Where the providers send the browser back to: one path each, so that neither can answer for the other. */
import { Controller, Get, Req, Res, UseFilters } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FinishConnect } from '@application/connecting/finish-connect.js';
import { GetConnectResult } from '@application/connecting/get-connect-session.js';
import { toWire } from '@application/wire-ids.js';
import { AttemptUnknown } from '@domain/connection/connect-errors.js';
import type { ProviderName } from '@domain/platform.js';
import { Open } from '../access/policy.js';
import { PageErrorFilter } from '../pages/page-error.filter.js';
import { PublicUrl } from '../public-url.js';
import { AttemptCookie } from './attempt-cookie.js';

@ApiExcludeController()
@Open()
@UseFilters(PageErrorFilter)
@Controller('oauth')
export class OAuthCallbackController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly cookie: AttemptCookie,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Get('meta/callback')
  meta(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.finish('meta', request, reply);
  }

  @Get('x/callback')
  x(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.finish('x', request, reply);
  }

  private async finish(provider: ProviderName, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { state, answer, issuer } = readCallback(request.query as Record<string, unknown>);
    const { sessionId } = await this.commands.execute(
      new FinishConnect(provider, state, answer, this.cookie.secrets(request), issuer),
    );
    const { returnTo } = await this.queries.execute(new GetConnectResult(sessionId));
    const id = toWire('csess', sessionId);
    // 303 to a clean address: the code is gone from the address bar and the history, and a reload is harmless. The empty
    // fragment takes the place of Meta's `#_=_`, which a browser carries on through redirects that name none.
    const clean = returnTo === null ? this.publicUrl.to(`/connected/${id}`) : this.withSession(returnTo, id);
    void reply
      .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      .redirect(clean.includes('#') ? clean : `${clean}#`, 303);
  }

  private withSession(returnTo: string, id: string): string {
    const url = new URL(returnTo, this.publicUrl.origin);
    url.searchParams.set('connect_session', id);
    return url.href;
  }
}

/** Providers add parameters as they like; what we read has to be there once, as text. */
function readCallback(query: Record<string, unknown>): {
  state: string;
  answer: { code: string } | { error: string };
  issuer: string | null;
} {
  const one = (name: string, most: number): string | null => {
    const value = query[name];
    if (value === undefined || value === '') return null;
    if (typeof value !== 'string' || value.length > most) throw new AttemptUnknown();
    return value;
  };
  const state = one('state', 43);
  if (state === null || !/^[A-Za-z0-9_-]{43}$/.test(state)) throw new AttemptUnknown();
  // Meta names some failures `error_code` alone (docs/providers/meta.md "Login dialog").
  const error = one('error', 10_000) ?? one('error_code', 100);
  const code = one('code', 4_000);
  const issuer = one('iss', 1_000);
  if (error !== null) return { state, answer: { error }, issuer };
  return { state, answer: code === null ? { error: 'no_code' } : { code }, issuer };
}
