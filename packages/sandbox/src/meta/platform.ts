/** The Meta platform as the sandbox's server carries it: dialog, Graph, uploads, and what the core asks of a platform. */
import type { FastifyPluginAsync } from 'fastify';
import type { World } from '../core/world.js';
import { controlRoutes } from './control/control-routes.js';
import { metaAsPlatform } from './control/platform-description.js';
import { dialogRoutes } from './dialog/dialog-routes.js';
import { graphRoutes } from './routes/graph-routes.js';
import { Meta } from './graph/meta.js';
import { ruploadRoutes } from './routes/upload-routes.js';

export function metaPlatform(world: World): FastifyPluginAsync {
  const meta = new Meta(world);
  world.platforms.register(metaAsPlatform(meta));
  return async (server) => {
    dialogRoutes(server, meta);
    graphRoutes(server, meta);
    ruploadRoutes(server, meta);
    controlRoutes(server, meta);
    server.addHook('onClose', () => meta.callbacks.settled());
  };
}
