/**
 * Checks requests before their route runs. The route that the router matched counts, never the path as it was written:
 * `/v1/…`, `/%76%31/…` and `http://host/v1/…` are the same.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isApi } from './api-route.js';
import { instanceOf } from '../problems/instance.js';
import { problemOf } from '../problems/problem.js';

/** Headers that decide on the caller and the target: of two, a proxy may read the one and we the other. */
const ONCE = ['authorization', 'content-type', 'host', 'on-behalf-of'];

/** Node keeps the first of two, or joins them; only the raw list has all. */
function isAmbiguous({ raw }: FastifyRequest): boolean {
  const names = raw.rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  const count = (name: string): number => names.filter((one) => one === name).length;
  return ONCE.some((name) => count(name) > 1) || (raw.httpVersion !== '1.0' && count('host') === 0);
}

/** A foreign host name (DNS rebinding), or a proxy: the demo refuses both. */
function isLocal(request: FastifyRequest, port: number): boolean {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${port}`);
  const forwarded = Object.keys(request.headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded'));
  return hosts.includes(request.headers.host ?? '') && !forwarded;
}

/** @param demoPort where the demo listens; null: this is a real deployment */
export function addGates(fastify: FastifyInstance, demoPort: number | null): void {
  fastify.addHook('onRequest', async (request, reply) => {
    // An answer may be cached only where its route allows it.
    void reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
    if (isAmbiguous(request)) return refuse(request, reply, 'malformed_request', HEADERS);
    if (demoPort !== null && !isLocal(request, demoPort)) return refuse(request, reply, 'demo_is_local', DEMO);
  });
  // Only documented content types are accepted: a form would arrive as text without validation rules.
  fastify.addHook('preValidation', async (request, reply) => {
    const type = request.headers['content-type'];
    if (!isApi(request) || type === undefined || request.body === undefined) return;
    if (!/^application\/json(;|$)/i.test(type)) return refuse(request, reply, 'unsupported_media_type', JSON_ONLY);
  });
}

const HEADERS = `A request has one Host, and at most one each of ${ONCE.filter((name) => name !== 'host').join(', ')}.`;
const DEMO = 'This is a demo: it answers only on this machine, and behind no proxy.';
const JSON_ONLY = 'Send the body as application/json.';
export const ADDRESS = 'The address cannot be read: look at its length and its encoding.';

export function refuse(request: FastifyRequest, reply: FastifyReply, code: string, detail: string): FastifyReply {
  const problem = problemOf({ code, detail }, instanceOf(request), request.id);
  return reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem);
}
