/** Builds the address of a request for a problem: from the route, so that it contains no query and no secret. */
import type { FastifyRequest } from 'fastify';

/** Parameters that are ids. All others are secrets, and stay as the route writes them. */
const NAMES: readonly string[] = ['org', 'id', 'user', 'platform'];

/** Empty where no route was matched: then the address may contain anything. */
export function instanceOf(request: FastifyRequest): string {
  const params = (request.params ?? {}) as Readonly<Record<string, string>>;
  return (request.routeOptions?.url ?? '').replaceAll(/:(\w+)/g, (parameter, name: string) =>
    NAMES.includes(name) ? encodeURIComponent(params[name] ?? '') : parameter,
  );
}
