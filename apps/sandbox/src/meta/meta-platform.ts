/** The Meta platform. Not written yet. */
import type { FastifyPluginAsync } from 'fastify';
import type { World } from '../core/world.js';

export const metaPlatform =
  (_world: World): FastifyPluginAsync =>
  async () => {};
