/** The control API's part for snapshots of the world. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { World } from '../core/world.js';
import { parse } from '../core/requests.js';

export function snapshotRoutes(control: FastifyInstance, world: World): void {
  control.get('/snapshots', () => ({ data: world.snapshots.list() }));
  control.post('/snapshots', (request, reply) =>
    reply.code(201).send(world.snapshots.save(parse(z.strictObject({ name: z.string() }), request.body).name)),
  );
  control.post<{ Params: { name: string } }>('/snapshots/:name/restore', (request) =>
    world.snapshots.restore(request.params.name),
  );
  control.delete<{ Params: { name: string } }>('/snapshots/:name', (request) => ({
    removed: world.snapshots.remove(request.params.name),
  }));
}
