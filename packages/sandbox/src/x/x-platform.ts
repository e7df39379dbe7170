/** The X platform: wires its parts together and mounts its routes. */
import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { bearerToken } from '../core/call.js';
import type { Answer, Caller, Platform } from '../core/platform.js';
import { randomToken } from '../core/random.js';
import type { World } from '../core/world.js';
import { Billing } from './billing.js';
import { edgeFailure, invalidRequest, notFound, oauthError, XRefusal } from './errors.js';
import { xEvents } from './events.js';
import { Guard } from './guard.js';
import { Media } from './media/media-store.js';
import { mediaRoutes } from './media/media-routes.js';
import { unpackMultipart } from './media/upload-body.js';
import { authorizeRoutes } from './oauth/authorize.js';
import { Grants } from './oauth/grants.js';
import { tokenRoutes } from './oauth/token-routes.js';
import { createXPerson, seedXPeople, type XPerson } from './people.js';
import { Posts } from './posts/posts.js';
import { readRoutes } from './posts/read-routes.js';
import { seededIdAt } from './posts/seeded-posts.js';
import { highestId } from './posts/snowflake.js';
import { bendPaging } from './posts/timeline.js';
import { writeRoutes } from './posts/write-routes.js';
import { xPresets } from './presets.js';
import { RateLimits } from './rate-limits.js';
import { webhookRoutes } from './webhooks/webhook-routes.js';
import { xSwitches } from './switches.js';
import { createXTables } from './tables.js';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Whom a call speaks for, by whatever secret it carries, dead or alive: fault rules and the ledger want to know in any case. */
function identify(grants: Grants, request: FastifyRequest): Caller | undefined {
  const body = (typeof request.body === 'object' && request.body !== null ? request.body : {}) as Record<
    string,
    unknown
  >;
  const secret = bearerToken(request) ?? text(body['refresh_token']) ?? text(body['token']);
  if (secret !== undefined) {
    const token = grants.find(secret);
    return token ? { person: token.person, client: token.client, token: secret } : { token: secret };
  }
  const code = grants.findCode(text(body['code']) ?? '');
  return code ? { person: code.person, client: code.client } : undefined;
}

function sendAnswer(reply: FastifyReply, answer: Answer, bare: boolean): FastifyReply {
  if (bare)
    for (const name of Object.keys(reply.getHeaders()))
      if (/^x-(rate-limit|app-limit|user-limit|access-level)/.test(name)) reply.removeHeader(name);
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | XRefusal, request, reply) => {
    if (error instanceof XRefusal) return sendAnswer(reply, error.answer, error.bare);
    const status = error.statusCode ?? 500;
    if (status >= 500) process.stderr.write(`sandbox: ${error.stack ?? error.message}\n`);
    if (status >= 500) return sendAnswer(reply, edgeFailure(500), false);
    // A body that cannot be read is told in the words of the endpoint it was meant for.
    const refusal = /^(\/2)?\/oauth2\//.test(request.url)
      ? oauthError(400, 'invalid_request', error.message)
      : invalidRequest([{ message: error.message }]);
    return sendAnswer(reply, refusal.answer, refusal.bare);
  });
  // Whatever else is asked for under X's paths does not exist there.
  for (const space of ['/2/*', '/i/*', '/oauth2/*']) {
    app.all(space, (_request, reply) => sendAnswer(reply.header('x-transaction-id', randomToken(8)), notFound(), true));
  }
}

export function xPlatform(world: World): FastifyPluginAsync {
  createXTables(world.store.db);
  world.switches.define(xSwitches);
  seedXPeople(world);
  const grants = new Grants(world);
  const posts = new Posts(world);
  const media = new Media(world);
  const billing = new Billing(world);
  const guard = new Guard(world, grants, new RateLimits(world));
  const platform: Platform = {
    name: 'x',
    owns: (path) => path.startsWith('/2/') || path.startsWith('/i/') || path.startsWith('/oauth2/'),
    createPerson: (body) => createXPerson(world, body),
    describePerson(person) {
      const { username, posts: count, status, subscription_type } = (person as XPerson).profile;
      const seeded = Math.min(3, count);
      return {
        username,
        posts: posts.count(person as XPerson),
        status,
        subscription_type,
        newest_posts: Array.from({ length: seeded }, (_, i) => seededIdAt(person as XPerson, i)),
      };
    },
    identify: (request) => identify(grants, request),
    events: xEvents(world, grants, posts),
    presets: xPresets,
    buttons: [
      { label: 'Revoke the app', event: 'revoke' },
      { label: 'Expire access tokens', event: 'expire_access' },
      { label: 'Suspend', event: 'suspend' },
      { label: 'Lock', event: 'lock' },
      { label: 'Make active again', event: 'restore' },
    ],
    postButtons: [
      { label: 'Delete', event: 'delete_post' },
      { label: 'Halve its counts', event: 'counts_fall' },
    ],
    bendCursor: (body, mode, request) => bendPaging(world, body, mode, request),
    grants: (person) =>
      grants.of(person.id).map((grant) => ({
        id: grant.id,
        client: grant.client,
        state: grant.state,
        detail: `${grant.scope}, since ${new Date(grant.created_at).toISOString()}`,
      })),
    posts(person, limit) {
      const shown = [];
      for (const post of posts.older(person as XPerson, highestId, world.clock.now(person.id))) {
        if (
          shown.push({
            id: post.id,
            createdAt: new Date(post.createdAt).toISOString(),
            text: post.text,
            detail: post.kind,
          }) >= limit
        )
          break;
      }
      return shown;
    },
    flush: () => billing.flush(),
  };
  world.platforms.register(platform);
  return async (app) => {
    answerErrors(app);
    app.addHook('preValidation', unpackMultipart);
    authorizeRoutes(app, world, grants);
    tokenRoutes(app, world, grants);
    readRoutes(app, world, guard, posts, billing);
    writeRoutes(app, world, guard, posts, media);
    mediaRoutes(app, world, guard, media);
    webhookRoutes(app, world, guard);
  };
}
