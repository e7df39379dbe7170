/** Checks every call of an API route: its token, the token's scopes, the rate limits, and the state of account, app and credits. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerToken, callOf } from '../../core/call.js';
import { randomToken } from '../../core/random.js';
import type { World } from '../../core/world.js';
import {
  clientNotEnrolled,
  forbidden,
  locked,
  moneyRefusals,
  problem,
  problemUrl,
  suspended,
  tooManyRequests,
  unauthorized,
  XRefusal,
} from '../contract/errors.js';
import { appBearer } from './app-token.js';
import type { Grants } from './grants.js';
import { findXPerson, type XPerson } from '../people/people.js';
import type { RouteRule } from '../contract/routes.js';
import type { RateLimits } from './rate-limits.js';
import type { Session } from './session.js';

export class Guard {
  constructor(
    private readonly world: World,
    private readonly grants: Grants,
    private readonly limits: RateLimits,
  ) {}

  enter(request: FastifyRequest, reply: FastifyReply, rule: RouteRule): Session {
    void reply
      .header('x-transaction-id', randomToken(8))
      .header('x-response-time', '12')
      .header('api-version', '2.168');
    const session = this.authenticate(request);
    // Every authenticated call is counted and answered with the limits, refused or not: only a 401 and a plan mismatch are not (§5).
    // Reset times and the date are by the person's clock: a client may compare them.
    void reply.header('x-access-level', 'read-write').header('date', new Date(session.now).toUTCString());
    if (!this.limits.count(reply, rule, session)) {
      throw new XRefusal(tooManyRequests(this.world.switches.get('x.rate_limit_body', session.person?.id)));
    }
    this.refuseToken(session, rule);
    this.refuseApp(session);
    if (session.person) this.refuseAccount(session.person);
    this.refuseUnpaid(session);
    return session;
  }

  private authenticate(request: FastifyRequest): Session {
    const bearer = bearerToken(request);
    if (bearer === undefined) throw unauthorized();
    const call = callOf(request);
    if (bearer.startsWith('AAAAAAAAAAAAAAAAAAAAA')) return this.asApp(request, bearer);
    const token = this.grants.find(bearer);
    const person = token && findXPerson(this.world, token.person);
    if (token?.kind !== 'at' || !person || !this.grants.isLive(token) || person.profile.status === 'deactivated')
      throw unauthorized();
    call.client = token.client;
    return { client: token.client, person, scopes: token.scope.split(' '), now: this.world.clock.now(person.id) };
  }

  private asApp(request: FastifyRequest, bearer: string): Session {
    const row = this.world.store.sql("SELECT client_id FROM apps WHERE platform = 'x'").all();
    const app = row
      .map(({ client_id }) => this.world.apps.find('x', String(client_id)))
      .find((entry) => entry && appBearer(entry) === bearer);
    if (!app) throw unauthorized();
    callOf(request).client = app.clientId;
    return { client: app.clientId, scopes: [], now: this.world.clock.now() };
  }

  private refuseToken({ person, scopes }: Session, { bearer = 'user', scopes: needed }: RouteRule): void {
    if (person && bearer === 'app') throw this.wrongKind('OAuth 2.0 User Context', ['OAuth 2.0 Application-Only']);
    if (!person && bearer === 'user')
      throw this.wrongKind('OAuth 2.0 Application-Only', ['OAuth 1.0a User Context', 'OAuth 2.0 User Context']);
    if (person && !needed.every((scope) => scopes.includes(scope))) throw forbidden();
  }

  private wrongKind(used: string, accepted: string[]): XRefusal {
    const detail = `Authenticating with ${used} is forbidden for this endpoint.  Supported authentication types are [${accepted.join(', ')}].`;
    return new XRefusal(problem(403, 'Unsupported Authentication', detail, problemUrl('unsupported-authentication')));
  }

  private refuseApp(session: Session): void {
    const state = this.world.switches.get('x.app', session.person?.id);
    if (state === 'not_enrolled') throw new XRefusal(clientNotEnrolled(session.client), true);
    if (state === 'suspended') {
      throw new XRefusal(
        problem(403, 'Forbidden', 'The application used for authentication is suspended', problemUrl('app-suspended')),
      );
    }
  }

  private refuseAccount(person: XPerson): void {
    if (person.profile.status === 'suspended') throw new XRefusal(suspended());
    if (person.profile.status === 'locked')
      throw new XRefusal(locked(this.world.switches.get('x.locked_shape', person.id)));
  }

  private refuseUnpaid(session: Session): void {
    const refusal = moneyRefusals[this.world.switches.get('x.credits', session.person?.id)];
    if (refusal) throw new XRefusal(refusal(Number(this.world.switches.get('x.spend_cap_status', session.person?.id))));
  }
}
