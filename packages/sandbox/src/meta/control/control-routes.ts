/** Meta's own part of the control API: what was called back, which the general ledger (calls to us) can't show. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse } from '../../core/requests.js';
import { ControlError } from '../../core/platform.js';
import type { Meta } from '../graph/meta.js';

const callbacksQuery = z.strictObject({ person: z.string().optional() });

export function controlRoutes(server: FastifyInstance, meta: Meta): void {
  void server.register(async (control) => {
    // A control path is refused in the control API's words, not in Graph's.
    control.setErrorHandler((error, _request, reply) => {
      const status = error instanceof ControlError ? error.status : 500;
      return reply.code(status).send({ error: error instanceof Error ? error.message : 'failed' });
    });
    control.get('/_sandbox/meta/callbacks', async (request) => {
      const { person } = parse(callbacksQuery, request.query);
      await meta.callbacks.settled();
      return { data: meta.callbacks.list(person) };
    });
  });
}
