/** Configures the log: JSON lines, one per request with the route's template, and never a header, a query or a body. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Logger } from '@nestjs/common';
import { Logger as PinoNestLogger, PinoLogger, type Params } from 'nestjs-pino';
import { inLogContext, logFields } from '@application/ports/log-context.js';
import { isOrgId } from '@domain/organisation/organisation.js';
import type { Config } from './config/config.js';

/** The framework's own lines about its start. */
const FRAMEWORK = ['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver'];
/** Called every few seconds by the monitoring. */
const PROBES = ['/live', '/ready'];

export function programLogger({ logLevel, role }: Pick<Config, 'logLevel' | 'role'>): ProgramLogger {
  const options: Params = {
    pinoHttp: { level: logLevel, base: { role }, serializers: { err: plainError }, mixin: () => ({ ...logFields() }) },
  };
  return new ProgramLogger(new PinoLogger(options), options);
}

class ProgramLogger extends PinoNestLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (FRAMEWORK.includes(String(rest.at(-1)))) this.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}

/** Name, message and stack. Errors of drivers carry queries, parameters and addresses besides. */
function plainError(error: Error): object {
  return { type: error.name, message: error.message, stack: error.stack };
}

/** One line for each answer, by Fastify's own hook; what is logged meanwhile names the request. */
export function logRequests(fastify: FastifyInstance): void {
  const log = new Logger('Http');
  fastify.addHook('onRequest', (request, _reply, done) => inLogContext(fieldsOf(request), done));
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? null;
    const line = {
      request_id: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (route !== null && PROBES.includes(route)) log.debug(line, 'answered');
    else log.log(line, 'answered');
  });
}

const OUR_ID = /^[a-z]{2,12}_[0-7][0-9a-z]{25}$/;

/** From the path only texts in the form of an id: any other may be a secret, or a text from outside. */
function fieldsOf(request: FastifyRequest): Record<string, string> {
  const { org, id } = (request.params ?? {}) as { org?: string; id?: string };
  return {
    request_id: request.id,
    ...(org !== undefined && isOrgId(org) && { org_id: org }),
    ...(id !== undefined && OUR_ID.test(id) && { subject: id }),
  };
}
