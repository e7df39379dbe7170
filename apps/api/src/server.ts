/** Builds the web server: limits, headers, request ids, and the gates before the routes. */
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from './config/config.js';
import { logRefusals } from './http/audit/security-log.js';
import { allowOrigins } from './http/gates/cors.js';
import { ADDRESS, addGates, refuse } from './http/gates/gates.js';
import { readJson } from './http/read-json.js';
import { serveDocs } from './http/openapi/docs-page.js';
import { refuseUnread } from './http/problems/unread-request.js';
import { Stopping } from './http/system/stopping.js';
import { logRequests } from './logging.js';

const BODY_LIMIT = 100 * 1_024;
/** A user id of 255 characters, percent-encoded. */
const PARAMETER_LIMIT = 1_024;
/** The time for a request to arrive, headers and body. */
const ARRIVAL_MS = 15_000;

export function webServer(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: PARAMETER_LIMIT },
    trustProxy: false,
    requestTimeout: ARRIVAL_MS,
    http: {
      // Of the two time-outs, Node applies the longer to the whole request: by default 60 s.
      headersTimeout: ARRIVAL_MS,
      // How often Node checks for requests that are too slow: by default every 30 s.
      connectionsCheckingInterval: 1_000,
      // A request without a Host is refused by us, with a problem.
      requireHostHeader: false,
    },
    // Requests that arrive while the program ends are answered as before.
    return503OnClosing: false,
    // A path that the router cannot parse: the error occurs before any hook or filter of ours.
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      void reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
      void refuse(request, reply, 'malformed_request', ADDRESS);
    },
    clientErrorHandler: refuseUnread,
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(given) ? given : randomUUID();
    },
  });
}

export async function configureServer(app: NestFastifyApplication, config: Config): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const stopping = app.get(Stopping);
  // First, so that every line that is logged for a request names it.
  logRequests(fastify);
  addGates(fastify, config.mode === 'demo' ? config.port : null);
  readJson(app, BODY_LIMIT);
  // No further request on a connection that is about to be closed.
  fastify.addHook('onSend', async (_request, reply) => {
    if (stopping.begun) void reply.header('connection', 'close');
  });
  logRefusals(fastify);
  await allowOrigins(app, config.corsOrigins);
  await app.register(cookie);
  await app.register(helmet, {
    // Pages and documents set their own; answers of the API are no documents.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: config.publicUrl.startsWith('https:'),
    crossOriginEmbedderPolicy: false,
  });
  // A worker answers probes alone.
  if (config.role === 'worker') return;
  await serveDocs(app);
}
