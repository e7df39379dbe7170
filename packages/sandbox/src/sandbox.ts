/** Builds the sandbox: one server, the platforms, the demo issuer and the control API over one world. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import type { AddressInfo } from 'node:net';
import { controlApi } from './control/control-api.js';
import { beginCall } from './core/call.js';
import { portraitRoutes } from './core/portraits.js';
import { World } from './core/world.js';
import { afterActing, beforeActing } from './faults/effects.js';
import type { FaultRule } from './core/fault-rules.js';
import { identityRoutes } from './identity/identity-routes.js';
import { metaPlatform } from './meta/platform.js';
import { defaultOptions, type SandboxOptions } from './core/options.js';
import { xPlatform } from './x/platform.js';

export interface Sandbox {
  app: FastifyInstance;
  world: World;
  /** Starts listening and gives the origin, `http://127.0.0.1:4100`. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The fault rule this call fell under. */
    faultRule: FaultRule | null;
  }
}

/** The sandbox, not yet listening. Options left out have their defaults; tests pass `{port: 0, data: ':memory:'}`. */
export function createSandbox(options: Partial<SandboxOptions> = {}): Sandbox {
  const settings: SandboxOptions = { ...defaultOptions, ...options };
  const world = new World(settings);
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: 32 * 1024 * 1024,
    routerOptions: { maxParamLength: 2000 },
  });
  refuseForeignHosts(app, settings);
  parseBodies(app);
  watchCalls(app, world);
  if (settings.log) logCalls(app);
  void app.register(xPlatform(world));
  void app.register(metaPlatform(world));
  void app.register(portraitRoutes());
  void app.register(identityRoutes(world));
  void app.register(controlApi(world));
  return {
    app,
    world,
    async listen() {
      await app.listen({ host: settings.host, port: settings.port });
      const { port } = app.server.address() as AddressInfo;
      world.origin = `http://127.0.0.1:${port}`;
      return world.origin;
    },
    async close() {
      await app.close();
      world.close();
    },
  };
}

/** A page on another site can make a browser send requests to loopback under its own host name (DNS rebinding); none are answered. */
function refuseForeignHosts(app: FastifyInstance, settings: SandboxOptions): void {
  const known = new Set(['127.0.0.1', 'localhost', '[::1]', ...settings.hosts]);
  app.addHook('onRequest', async (request, reply) => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    if (!known.has(host)) await reply.code(421).send({ error: 'this host name is not served here' });
  });
}

function parseBodies(app: FastifyInstance): void {
  void app.register(formbody, { bodyLimit: 8 * 1024 * 1024 });
  // Some clients send a media part without a file name; its content type alone makes it a file.
  void app.register(multipart, { limits: { fileSize: 20 * 1024 * 1024, files: 4, fieldSize: 20 * 1024 * 1024 } });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text as string));
    } catch {
      done(Object.assign(new Error('the body is not JSON'), { statusCode: 400 }));
    }
  });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** One line per call; a path may carry a secret in its query, so the query is left out. */
function logCalls(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const path = request.url.split('?', 1)[0] ?? '';
    process.stdout.write(`${request.method} ${path} ${reply.statusCode} ${Math.round(reply.elapsedTime)} ms\n`);
    done();
  });
}

/** Opens a ledger entry for every call to a platform's path and applies the fault rules to it. */
function watchCalls(app: FastifyInstance, world: World): void {
  app.decorateRequest('call', null);
  app.decorateRequest('faultRule', null);
  app.addHook('onRequest', async (request) => {
    const platform = world.platforms.owning(request.url);
    if (platform) request.call = beginCall(platform.name);
  });
  app.addHook('preHandler', async (request, reply) => {
    const call = request.call;
    const platform = call && world.platforms.get(call.platform);
    if (!platform) return;
    const caller = platform.identify(request);
    if (caller) Object.assign(call, caller);
    const rule = world.faults.take(request, call.platform, caller);
    if (!rule) return;
    request.faultRule = rule;
    if (!(await beforeActing(world, rule, request, reply))) return;
    await reply;
    // A caller who hung up on a long answer has ended the call, too: the platform must not act now.
    if (!reply.sent) reply.hijack();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const rule = request.call && !request.call.recorded ? request.faultRule : null;
    if (!rule) {
      world.ledger.record(request, reply.statusCode);
      return done(null, payload);
    }
    void alterAnswer(world, rule, request, reply, payload, done);
  });
}

/** Applies a fault to an answer; where the fault sends none, the call is never completed. */
async function alterAnswer(
  world: World,
  rule: FaultRule,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: Error | null, payload?: unknown) => void,
): Promise<void> {
  try {
    const altered = await afterActing(world, rule, request, reply, payload);
    if (altered === undefined) return;
    world.ledger.record(request, reply.statusCode);
    done(null, altered);
  } catch (error) {
    // An unhandled rejection would end the process.
    done(error as Error);
  }
}
