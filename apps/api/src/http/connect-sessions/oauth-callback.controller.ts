/** Handles the redirects of the providers: one path each, so that neither can answer for the other. */
import { Controller, Get, Logger, Req, Res, UseFilters } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FinishConnect } from '@application/connect-sessions/finish-connect.js';
import { GetAttemptSession, GetConnectResult } from '@application/connect-sessions/get-connect-session.js';
import { Digest } from '@application/ports/work.js';
import { toWire } from '@application/wire-ids.js';
import { AttemptUnknown } from '@domain/connection/connect-errors.js';
import { ATTEMPT_MINUTES } from '@domain/connection/connect-session.js';
import { providerError, type ProviderError } from '@domain/connection/provider-error.js';
import type { ConnectSessionId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Open } from '../access/policy.js';
import { PageErrorFilter } from '../pages/page-error.filter.js';
import { MethodRefused } from '../problems/problem.js';
import { AttemptCookie } from './attempt-cookie.js';
import { WaysBack } from './ways-back.js';

/** How long the result page recognises the browser. */
const RESULT_MS = ATTEMPT_MINUTES * 60_000;

@ApiExcludeController()
@Open()
@UseFilters(PageErrorFilter)
@Controller('oauth')
export class OAuthCallbackController {
  private readonly log = new Logger('Callback');

  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly cookie: AttemptCookie,
    private readonly waysBack: WaysBack,
    private readonly digest: Digest,
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
    // The router answers HEAD by a GET; a code is exchanged for a navigation alone.
    if (request.method !== 'GET') {
      void reply.header('allow', 'GET');
      throw new MethodRefused(['GET']);
    }
    const { state, answer, issuer } = readCallback(request.query as Record<string, unknown>);
    const known = await this.queries.execute(new GetAttemptSession(provider, this.digest.of(state)));
    const secrets = known === null ? [] : this.cookie.secrets(request, toWire('csess', known));
    const { sessionId, orgId } = await this.commands.execute(
      new FinishConnect(provider, state, answer, secrets, issuer),
    );
    const id = toWire('csess', sessionId);
    if ('error' in answer) {
      const facts = { provider, org_id: orgId, connect_session: id, provider_error: answer.error };
      this.log.warn({ ...facts, request_id: request.id }, 'The provider answered a sign-in with an error.');
    }
    const clean = await this.leave(request, reply, sessionId, id);
    // 303 to a clean address: the code is removed from the address bar and the history, and a reload is harmless. The
    // empty fragment replaces Meta's `#_=_`, which a browser keeps through redirects without a fragment.
    void reply.header('cache-control', 'no-store').redirect(clean.includes('#') ? clean : `${clean}#`, 303);
  }

  /** The redirect, and the cookie, which is kept only for the result page in the session's own browser. */
  private async leave(
    request: FastifyRequest,
    reply: FastifyReply,
    sessionId: ConnectSessionId,
    id: string,
  ): Promise<string> {
    const { returnTo, browserHash } = await this.queries.execute(new GetConnectResult(sessionId));
    if (!this.cookie.owns(request, id, browserHash)) return this.waysBack.after(null, id);
    const [secret] = this.cookie.secrets(request, id);
    if (returnTo !== null) this.cookie.clear(reply, id);
    else this.cookie.set(reply, id, secret!, new Date(Date.now() + RESULT_MS));
    return this.waysBack.after(returnTo, id);
  }
}

/** Providers may add parameters; those that we read have to be present once, as text. */
function readCallback(query: Record<string, unknown>): {
  state: string;
  answer: { code: string } | { error: ProviderError };
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
  const free = (name: string): string | null => {
    const value = query[name];
    return typeof value === 'string' ? value : null;
  };
  // Meta names some failures `error_code` and `error_message` alone (docs/providers/meta.md "Login dialog").
  const error = providerError({
    error: one('error', 10_000),
    code: one('error_code', 100),
    reason: free('error_reason'),
    description: free('error_description') ?? free('error_message'),
  });
  const code = one('code', 4_000);
  const issuer = one('iss', 1_000);
  if (error.error !== null || error.code !== null) return { state, answer: { error }, issuer };
  if (code === null) return { state, answer: { error: providerError({ error: 'no_code' }) }, issuer };
  return { state, answer: { code }, issuer };
}
