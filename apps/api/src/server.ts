/** The web server around the API: limits, headers, request ids, and the demo's refusal of anything that is not local. */
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from './config/config.js';
import { serveDocs } from './http/openapi.js';
import { problemOf } from './http/problems/problem.js';
import { refuseUnread } from './http/problems/unread-request.js';
import { logRequests } from './logging.js';

const BODY_LIMIT = 100 * 1_024;
/** A user id of 255 characters, percent-encoded. */
const PARAMETER_LIMIT = 1_024;

export function webServer(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: PARAMETER_LIMIT },
    trustProxy: false,
    requestTimeout: 30_000,
    // An address that no router can read: met before any hook or filter of ours.
    frameworkErrors: (_error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      void reply.header('x-request-id', request.id);
      void refuse(request, reply, 'malformed_request');
    },
    clientErrorHandler: refuseUnread,
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(given) ? given : randomUUID();
    },
  });
}

export async function furnish(app: NestFastifyApplication, config: Config): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    if (config.mode === 'demo' && !isLocal(request, config.port)) return refuse(request, reply);
  });
  // Only what we document is taken: a form would arrive as text that no rule was made for.
  fastify.addHook('preValidation', async (request, reply) => {
    const type = request.headers['content-type'];
    const wantsJson = request.url.startsWith('/v1/') && type !== undefined && request.body !== undefined;
    if (wantsJson && !/^application\/json(;|$)/i.test(type)) return refuse(request, reply, 'unsupported_media_type');
  });
  logRequests(fastify);
  await app.register(cookie);
  await app.register(helmet, {
    // Pages and documents set their own; answers of the API are no documents at all.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: config.publicUrl.startsWith('https:'),
    crossOriginEmbedderPolicy: false,
  });
  serveDocs(app);
  fastify.addHook('onSend', async (request, reply) => {
    if (request.routeOptions.url?.startsWith('/docs')) void reply.header('content-security-policy', DOCS_POLICY);
  });
}

/** Swagger UI sets inline styles; scripts come from files. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/** A name that leads here from another page's DNS (rebinding), or a proxy in front: the demo is for neither. */
function isLocal(request: FastifyRequest, port: number): boolean {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${port}`);
  const forwarded = Object.keys(request.headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded'));
  return hosts.includes(request.headers.host ?? '') && !forwarded;
}

const REFUSALS = {
  demo_is_local: 'This is a demo: it answers only on this machine, and behind no proxy.',
  unsupported_media_type: 'Send the body as application/json.',
  malformed_request: 'The address cannot be read: look at its length and its encoding.',
};

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  code: keyof typeof REFUSALS = 'demo_is_local',
): FastifyReply {
  const problem = problemOf({ code, detail: REFUSALS[code] }, request.routeOptions.url ?? '', request.id);
  return reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem);
}
