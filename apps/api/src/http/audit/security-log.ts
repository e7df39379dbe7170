/** Logs each refused caller, so that probing is visible: the only lines of the log with a caller and an address. */
import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isOrgId } from '@domain/organisation/organisation.js';
import type { ApiRequest } from '../access/access.guard.js';

const PROBED: ReadonlySet<number> = new Set([401, 403, 404]);

/** By Fastify's hook, so that pages, gates and unknown paths are included. */
export function logRefusals(fastify: FastifyInstance): void {
  const log = new Logger('Security');
  fastify.addHook('onResponse', async (request, reply) => {
    if (!PROBED.has(reply.statusCode)) return;
    const { org } = (request.params ?? {}) as { org?: string };
    log.warn(
      {
        request_id: request.id,
        status: reply.statusCode,
        method: request.method,
        route: request.routeOptions.url ?? null,
        organisation: org !== undefined && isOrgId(org) ? org : null,
        caller: callerOf(request),
        // Of the connection: behind a proxy it is the proxy's, whose own log has the client's by the request id.
        address: request.ip,
      },
      'refused',
    );
  });
}

/** The subject of the token; null where there is no verified one. */
function callerOf(request: FastifyRequest): string | null {
  const { user, actor } = request as ApiRequest;
  if (user === undefined) return null;
  if (user.kind === 'user') return `user ${user.userId}`;
  const person = actor?.kind === 'service' ? actor.onBehalfOf : null;
  return `service ${user.clientId}${person === null || person === undefined ? '' : ` for ${person.userId}`}`;
}
