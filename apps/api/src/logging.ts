/** What the log holds: JSON lines, one per request with the route's template, and never a header, a query or a body. */
import type { FastifyInstance } from 'fastify';
import { Logger } from '@nestjs/common';
import type { Params } from 'nestjs-pino';
import type { Config } from './config/config.js';

export function loggerOptions({ logLevel, role }: Pick<Config, 'logLevel' | 'role'>): Params {
  return {
    pinoHttp: {
      level: logLevel,
      base: { role },
      // The middleware knows only the URL, which may hold a state, a code or a link's token; see `logRequests`.
      autoLogging: false,
      quietReqLogger: true,
      serializers: { err: plainError },
    },
    forRoutes: [],
  };
}

/** Name, message and stack. Errors of drivers carry queries, parameters and addresses besides. */
function plainError(error: Error): object {
  return { type: error.name, message: error.message, stack: error.stack };
}

/** One line for each answer, by Fastify's own hook. */
export function logRequests(fastify: FastifyInstance): void {
  const log = new Logger('Http');
  fastify.addHook('onResponse', async (request, reply) => {
    log.log(
      {
        request_id: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'answered',
    );
  });
}
