/** The X platform: wires its parts together and mounts its routes. */
import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify';
import type { Answer } from '../core/platform.js';
import { randomToken } from '../core/random.js';
import { switchesOf } from '../core/switches.js';
import type { World } from '../core/world.js';
import { Billing } from './access/billing.js';
import { edgeFailure, invalidRequest, notFound, oauthError, XRefusal } from './contract/errors.js';
import { xAsPlatform } from './control/platform-description.js';
import { Guard } from './access/guard.js';
import { MediaStore } from './content/media.js';
import { mediaRoutes } from './routes/media-routes.js';
import { unpackMultipart } from './routes/upload-body.js';
import { authorizeRoutes } from './routes/authorize-routes.js';
import { Grants } from './access/grants.js';
import { tokenRoutes } from './routes/token-routes.js';
import { seedXPeople } from './people/people.js';
import { Posts } from './content/posts.js';
import { readRoutes } from './routes/read-routes.js';
import { writeRoutes } from './routes/write-routes.js';
import { RateLimits } from './access/rate-limits.js';
import { webhookRoutes } from './routes/webhook-routes.js';
import { SWITCHES } from './contract/switches.js';

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
    // A body that cannot be parsed is refused in the format of the endpoint it was sent to.
    const refusal = /^(\/2)?\/oauth2\//.test(request.url)
      ? oauthError(400, 'invalid_request', error.message)
      : invalidRequest([{ message: error.message }]);
    return sendAnswer(reply, refusal.answer, refusal.bare);
  });
  // Every other path of X is not found.
  for (const space of ['/2/*', '/i/*', '/oauth2/*']) {
    app.all(space, (_request, reply) => sendAnswer(reply.header('x-transaction-id', randomToken(8)), notFound(), true));
  }
}

export function xPlatform(world: World): FastifyPluginAsync {
  world.switches.define(switchesOf('x', SWITCHES));
  seedXPeople(world);
  const grants = new Grants(world);
  const posts = new Posts(world);
  const media = new MediaStore(world);
  const billing = new Billing(world);
  const guard = new Guard(world, grants, new RateLimits(world));
  world.platforms.register(xAsPlatform(world, { grants, posts, billing }));
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
