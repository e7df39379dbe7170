/** Batches: up to fifty calls in one, each counted for itself (docs/providers/meta.md, "Paging, expansion, batch"). */
import { z } from 'zod';
import type { Meta } from '../graph/meta.js';
import type { GraphCall, Method } from '../graph/ask.js';
import { GraphError, invalidParameter } from '../contract/errors.js';
import type { Graph, GraphAnswer } from './graph.js';
import { traceId } from '../graph/trace.js';

const MOST = 50;

const itemShape = z.looseObject({
  method: z.string().optional(),
  relative_url: z.string().optional(),
  body: z.string().optional(),
  name: z.string().optional(),
  depends_on: z.string().optional(),
  omit_response_on_success: z.boolean().optional(),
  access_token: z.string().optional(),
});
type Item = z.infer<typeof itemShape>;

/** What stands where no item can be read: it is answered with an error of its own. */
const UNREADABLE: Item = {};

interface Result {
  readonly code: number;
  readonly headers?: readonly { name: string; value: string }[];
  readonly body: string;
}

export async function answerBatch(meta: Meta, graph: Graph, call: GraphCall): Promise<GraphAnswer> {
  let items: Item[];
  try {
    items = readItems(call.params.get('batch') ?? '');
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return refusal(error);
  }
  const withHeaders = call.params.get('include_headers') !== 'false';
  const named = new Map<string, GraphAnswer>();
  const results: (Result | null)[] = [];
  for (const item of items) {
    const answer = await answerItem(graph, call, item, named);
    if (item.name !== undefined) named.set(item.name, answer);
    call.record.notes.push(`batch ${item.method ?? 'GET'} ${item.relative_url?.split('?')[0] ?? ''} ${answer.status}`);
    // The answer of a named call that another one uses is left out, unless the request asks for it.
    const omitted = answer.status === 200 && (item.omit_response_on_success ?? feeds(items, item.name));
    results.push(omitted ? null : write(answer, withHeaders));
  }
  // Not executed in time: the caller has to send these again.
  if (items.length >= 2 && meta.settings.is('batch_null', 'on', call.record.person)) results[items.length - 1] = null;
  return { status: 200, headers: {}, body: results };
}

function readItems(text: string): Item[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalidParameter('batch parameter must be a JSON array');
  }
  if (!Array.isArray(parsed)) throw invalidParameter('batch parameter must be a JSON array');
  if (parsed.length === 0) throw invalidParameter('batch parameter must not be empty');
  if (parsed.length > MOST) {
    throw new GraphError(100, `(#100) Too many requests in batch message. Maximum batch size is ${MOST}`);
  }
  return parsed.map((item) => itemShape.safeParse(item).data ?? UNREADABLE);
}

/** Each item answers for itself: what can't be understood of one leaves the others alone. */
async function answerItem(
  graph: Graph,
  call: GraphCall,
  item: Item,
  named: ReadonlyMap<string, GraphAnswer>,
): Promise<GraphAnswer> {
  if (item === UNREADABLE) return refusal(invalidParameter('Each batch item must be an object of text values'));
  try {
    return await runItem(graph, call, item, named);
  } catch (error) {
    call.record.notes.push(`batch item broke: ${error instanceof Error ? error.message : 'unknown'}`);
    return refusal(invalidParameter('Invalid batch item'));
  }
}

const refusal = (error: GraphError): GraphAnswer => ({
  status: 400,
  headers: { 'www-authenticate': error.challengeHeader() },
  body: error.body(traceId()),
});

async function runItem(
  graph: Graph,
  call: GraphCall,
  item: Item,
  named: ReadonlyMap<string, GraphAnswer>,
): Promise<GraphAnswer> {
  const needed = item.depends_on === undefined ? undefined : named.get(item.depends_on);
  if (item.depends_on !== undefined && needed?.status !== 200) {
    return {
      status: 424,
      headers: {},
      body: { error: { message: 'Dependency failed', type: 'OAuthException', code: 1 } },
    };
  }
  const url = new URL(fill(item.relative_url ?? '', named), 'https://graph.invalid/');
  const params = new Map<string, string>(url.searchParams);
  for (const [name, value] of new URLSearchParams(fill(item.body ?? '', named))) params.set(name, value);
  const token = item.access_token ?? params.get('access_token') ?? call.token;
  // The proof on top is the proof of the token on top; an item with its own token brings its own.
  if (token === call.token) {
    for (const name of ['appsecret_proof', 'appsecret_time']) {
      const value = call.params.get(name);
      if (value !== undefined && !params.has(name)) params.set(name, value);
    }
  }
  const method = (item.method ?? 'GET').toUpperCase();
  const path = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  if (/^v\d+\.\d+$/.test(path[0] ?? '')) path.shift();
  return graph.answer({
    ...call,
    method: (['GET', 'POST', 'DELETE'].includes(method) ? method : 'GET') as Method,
    path,
    params,
    files: new Map(),
    token,
    tokenInUrl: params.has('access_token'),
  });
}

function write(answer: GraphAnswer, withHeaders: boolean): Result {
  const body = JSON.stringify(answer.body);
  if (!withHeaders) return { code: answer.status, body };
  const headers = Object.entries({ 'Content-Type': 'text/javascript; charset=UTF-8', ...answer.headers });
  return { code: answer.status, headers: headers.map(([name, value]) => ({ name, value })), body };
}

const feeds = (items: readonly Item[], name: string | undefined): boolean =>
  name !== undefined &&
  items.some(
    (item) => item.depends_on === name || `${item.relative_url ?? ''}${item.body ?? ''}`.includes(`{result=${name}:`),
  );

/** `{result=name:$.data.*.id}` is replaced by the values found, comma-separated. */
function fill(text: string, named: ReadonlyMap<string, GraphAnswer>): string {
  return text.replaceAll(/\{result=([^:}]+):\$([^}]*)\}/g, (_match, name: string, path: string) =>
    find(
      named.get(name)?.body,
      path.split(/[.[\]]+/).filter((step) => step !== ''),
    )
      .map(String)
      .join(','),
  );
}

function find(value: unknown, steps: readonly string[]): unknown[] {
  const [step, ...rest] = steps;
  if (step === undefined) return value === undefined ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  if (step === '*') return Object.values(value).flatMap((item) => find(item, rest));
  return find((value as Record<string, unknown>)[step], rest);
}
