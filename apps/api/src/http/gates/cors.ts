/** Allows pages of configured origins to call `/v1` from a browser (CORS, Fetch standard). */
import cors from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { isApi } from './api-route.js';

const ALLOWED = {
  // The attempt cookie binds a connect session to the browser that asked for it.
  credentials: true,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type', 'on-behalf-of', 'x-request-id'],
  exposedHeaders: ['allow', 'location', 'retry-after', 'www-authenticate', 'x-request-id'],
  // Chromium caches a preflight's answer for two hours at most.
  maxAge: 7_200,
};

/** Allows `/v1` alone: scripts of other origins must not read our pages. */
export async function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    delegator: (request: FastifyRequest, done: (error: Error | null, options: object) => void) => {
      const { origin = '' } = request.headers;
      // OPTIONS without a preflight's headers is treated as any other method.
      const isPlain = request.method === 'OPTIONS' && !('access-control-request-method' in request.headers);
      const allowed = origins.includes(origin) && !isPlain && isApi(request);
      done(null, allowed ? { ...ALLOWED, origin } : { origin: false });
    },
  });
}
