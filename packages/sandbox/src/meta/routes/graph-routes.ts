/** Graph over HTTP: every path under a version, the batch at its root, and the same without a version. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callOf } from '../../core/call.js';
import type { Meta } from '../graph/meta.js';
import { nodeTypes } from '../nodes/resolve.js';
import type { GraphCall, Method } from '../graph/ask.js';
import { answerBatch } from './batch.js';
import { unknownPath } from '../contract/errors.js';
import { Graph, type GraphAnswer } from './graph.js';
import { readParams, tokenOf, unpackMultipart } from '../graph/params.js';
import { traceId } from '../graph/trace.js';
import { NEWEST, servedVersion } from '../contract/versions.js';

const METHODS: Method[] = ['GET', 'POST', 'DELETE'];

export function graphRoutes(server: FastifyInstance, meta: Meta): void {
  const graph = new Graph(meta);
  const handle = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    serve(meta, graph, request, reply);
  server.decorateRequest('uploads', null);
  server.addHook('preValidation', unpackMultipart);
  // One route per edge, all with the same handler, so that the ledger and the fault rules can name `/v:version/:id/published_posts`.
  const edges = new Set(nodeTypes.flatMap((type) => Object.keys(type.edges)));
  const paths = ['oauth/access_token', 'debug_token', ':id', ...[...edges].map((edge) => `:id/${edge}`)];
  for (const path of ['', '/', ...paths.map((path) => `/${path}`), '/:id/permissions/:permission', '/*']) {
    server.route({ method: METHODS, url: `/v:version${path}`, handler: handle });
  }
  // Unversioned paths go by the version pinned in the app's dashboard.
  for (const path of ['/oauth/access_token', '/debug_token', '/me', '/me/*']) {
    server.route({ method: METHODS, url: path, handler: handle });
  }
  server.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    const answer: GraphAnswer = {
      status,
      headers: {},
      body: {
        error: {
          message:
            status === 500 ? 'An unknown error has occurred.' : error instanceof Error ? error.message : 'Bad request',
          type: 'OAuthException',
          code: status === 500 ? 1 : 100,
          fbtrace_id: traceId(),
        },
      },
    };
    if (status === 500)
      request.call?.notes.push(`broke: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`);
    return send(reply, answer, NEWEST);
  });
}

async function serve(meta: Meta, graph: Graph, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const [asked, path] = splitPath(request.url);
  const version = servedVersion(asked);
  if (version === undefined) {
    const error = unknownPath([asked, ...path]);
    return send(
      reply,
      { status: 400, headers: { 'www-authenticate': error.challengeHeader() }, body: error.body(traceId()) },
      NEWEST,
    );
  }
  const params = readParams(request);
  const token = tokenOf(request, params);
  const call: GraphCall = {
    method: request.method === 'POST' || request.method === 'DELETE' ? request.method : 'GET',
    path,
    params,
    files: request.uploads ?? new Map(),
    token,
    tokenInUrl: typeof (request.query as Record<string, unknown>)['access_token'] === 'string',
    version,
    record: callOf(request),
  };
  const isBatch = path.length === 0 && params.has('batch');
  const answer = isBatch ? await answerBatch(meta, graph, call) : await graph.answer(call);
  return send(reply, answer, version);
}

/** `/v26.0/me/accounts?…` gives `v26.0` and its segments. */
function splitPath(url: string): [version: string, path: string[]] {
  const segments = (url.split('?', 1)[0] ?? '')
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    });
  if (!/^v\d/.test(segments[0] ?? '')) return [NEWEST, segments];
  return [segments[0] ?? '', segments.slice(1)];
}

function send(reply: FastifyReply, answer: GraphAnswer, version: string): FastifyReply {
  return reply
    .code(answer.status)
    .headers({
      'content-type': 'application/json; charset=UTF-8',
      'facebook-api-version': version,
      'x-fb-trace-id': traceId(),
      'x-fb-rev': '1030000000',
      'x-fb-debug': randomBytes(24).toString('base64'),
      'cache-control': 'private, no-cache, no-store, must-revalidate',
      ...answer.headers,
    })
    .send(JSON.stringify(answer.body));
}
