/** The address of a request as a problem names it: put together from the route, so that no query and no capability is in it. */
import type { FastifyRequest } from 'fastify';

/** Parameters that name something. All others are secrets that open something, and stay as the route writes them. */
const NAMES: readonly string[] = ['org', 'id', 'user', 'platform'];

/** Empty where no route was matched: then nothing is known of what the address holds. */
export function instanceOf(request: FastifyRequest): string {
  const params = (request.params ?? {}) as Readonly<Record<string, string>>;
  return (request.routeOptions?.url ?? '').replaceAll(/:(\w+)/g, (parameter, name: string) =>
    NAMES.includes(name) ? encodeURIComponent(params[name] ?? '') : parameter,
  );
}
