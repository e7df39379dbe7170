/** Meta's own part of the control API: what was called back, which the general ledger (calls to us) can't show. */
import type { FastifyInstance } from 'fastify';
import type { Meta } from '../meta.js';

export function controlRoutes(server: FastifyInstance, meta: Meta): void {
  server.get<{ Querystring: { person?: string } }>('/_sandbox/meta/callbacks', (request) =>
    meta.callbacks.settled().then(() => ({ data: meta.callbacks.list(request.query.person) })),
  );
}
