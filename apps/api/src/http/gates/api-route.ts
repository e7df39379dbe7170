import type { FastifyRequest } from 'fastify';

/**
 * Whether it is a route of the API, which accepts JSON and only what it declares; not a page, a callback or a probe.
 */
export function isApi(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith('/v1/') === true;
}
