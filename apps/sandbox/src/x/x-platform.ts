/** The X platform. Not written yet. */
import type { FastifyPluginAsync } from 'fastify';
import type { World } from '../core/world.js';

export const xPlatform =
  (_world: World): FastifyPluginAsync =>
  async () => {};
