/** Reads a request's JSON body, with bounds on its depth and its keys, before other code reads it. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { checkJson, JsonRefused } from '../strict-json.js';
import { InputRejected } from './problems/problem.js';

/** The largest body there is switches 200 profiles. */
const JSON_BOUNDS = { depth: 10, keys: 2_000 };

/** Before Fastify's own parser, which checks the syntax and `__proto__`. */
export function readJson(app: NestFastifyApplication, bodyLimit: number): void {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', { bodyLimit }, (request, body, done): void => {
    const text = body.toString();
    try {
      if (!isUtf8(body)) throw new JsonRefused('has to be UTF-8');
      checkJson(text, JSON_BOUNDS);
    } catch (error) {
      if (!(error instanceof JsonRefused)) throw error;
      const { field, problem } = error;
      return done(new InputRejected('malformed_request', [{ field: field ?? 'body', message: problem }]));
    }
    void parse(request as FastifyRequest, text, done);
  });
}
