import type { FastifyRequest } from 'fastify';

/** A route of the API, that takes JSON and nothing that it does not declare; not a page, a callback or a probe. */
export function isApi(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith('/v1/') === true;
}
