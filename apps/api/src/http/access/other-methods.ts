/** Answers a method that a path does not have with 405 and `Allow` (RFC 9110 §15.5.6), before authentication. */
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { MethodRefused } from '../problems/problem.js';
import { RouteCensus } from './route-census.js';

/**
 * The methods of RFC 9110 without CONNECT, which requests a tunnel, and those of WebDAV and caches. Any other is 404.
 */
const KNOWN = (
  'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE QUERY SEARCH REPORT PURGE LINK UNLINK ' +
  'PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK'
).split(' ');

@Injectable()
export class OtherMethods implements OnApplicationBootstrap {
  constructor(
    private readonly census: RouteCensus,
    private readonly adapters: HttpAdapterHost,
  ) {}

  /** All routes are registered by now. The other methods are registered too, so that the router alone matches paths. */
  onApplicationBootstrap(): void {
    const fastify = this.adapters.httpAdapter.getInstance<FastifyInstance>();
    for (const method of KNOWN) {
      if (!fastify.supportedMethods.includes(method)) fastify.addHttpMethod(method);
    }
    for (const [url, routes] of Map.groupBy(this.census.routes(), ({ path }) => path)) {
      const taken = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
      const refused = KNOWN.filter((method) => !taken.includes(method));
      const refuse = async (): Promise<never> => {
        throw new MethodRefused(taken);
      };
      // Before the body is read.
      fastify.route({ method: refused, url, onRequest: refuse, handler: refuse });
    }
  }
}
