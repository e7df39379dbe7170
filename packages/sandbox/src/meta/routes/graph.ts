/** Graph itself: from a call to an answer, through token, proof, budget, node and edge. */
import { checkProof } from '../access/proof.js';
import { debugToken } from './debug-token.js';
import { accessToken } from './access-token.js';
import type { Meta } from '../graph/meta.js';
import { nodeOf } from '../nodes/resolve.js';
import type { Ask, GraphCall } from '../graph/ask.js';
import {
  GraphError,
  invalidParameter,
  nonexistingField,
  unknownAlias,
  unknownObject,
  unknownPath,
} from '../contract/errors.js';
import { isKnownParameter } from '../contract/parameters.js';
import { expansionsIn, parseFields } from '../graph/fields.js';
import { traceId } from '../graph/trace.js';
import { bucketOf } from '../access/rate-limits.js';

export interface GraphAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export class Graph {
  constructor(private readonly meta: Meta) {}

  async answer(call: GraphCall): Promise<GraphAnswer> {
    const headers: Record<string, string> = {};
    let personId: string | undefined;
    try {
      this.refuseGlobals(call);
      if (call.path[0] === 'oauth' && call.path[1] === 'access_token' && call.path.length === 2) {
        return { status: 200, headers, body: accessToken(this.meta, call) };
      }
      const ask = this.ask(call);
      if (ask.viewer.kind !== 'app') personId = ask.viewer.person.id;
      const body = await this.dispatch(ask, headers);
      return { status: 200, headers, body };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      headers['www-authenticate'] = error.challengeHeader();
      return { status: this.statusOf(error, personId), headers, body: error.body(traceId()) };
    }
  }

  private ask(call: GraphCall): Ask {
    const { meta } = this;
    if (call.token === undefined) {
      throw call.path[0] === 'me'
        ? new GraphError(2500, 'An active access token must be used to query information about the current user.')
        : new GraphError(104, 'An access token is required to request this resource.');
    }
    const viewer = meta.authentication.authenticate(call.token);
    const personId = viewer.kind === 'app' ? undefined : viewer.person.id;
    call.record.client = viewer.app.clientId;
    if (personId !== undefined) call.record.person = personId;
    const now = meta.now(personId);
    const given = { proof: call.params.get('appsecret_proof'), time: call.params.get('appsecret_time') };
    const required = viewer.kind !== 'app' && meta.settings.is('appsecret_proof', 'required', personId);
    // By everybody's clock: a client stamps its proof with its own time, whatever the person's token has aged.
    checkProof(given, call.token, viewer.app.clientSecret ?? '', required, meta.now());
    const fields = call.params.get('fields');
    return {
      meta,
      call,
      viewer,
      now,
      args: call.params,
      fields: fields === undefined || fields === '' ? undefined : parseFields(unlisted(fields)),
      at: `/${call.path.join('/')}`,
    };
  }

  private dispatch(ask: Ask, headers: Record<string, string>): unknown {
    const { path, method } = ask.call;
    const [id = '', edgeName, extra] = path;
    if (id === 'debug_token' && path.length === 1 && method === 'GET') return debugToken(ask);
    if (path.length === 0)
      throw new GraphError(100, 'Unsupported get request.', { subcode: 33, type: 'GraphMethodException' });
    if (path.length > 3 || (path.length === 3 && edgeName !== 'permissions')) throw unknownPath(path);
    const found = nodeOf(id, ask);
    if (found === undefined) throw isAlias(id) ? unknownAlias(id) : unknownObject(id, method);
    const bucket = bucketOf(ask.viewer, found.charge);
    const personId = ask.viewer.kind === 'app' ? undefined : ask.viewer.person.id;
    try {
      this.meta.limits.count(bucket, personId, ask.now, this.costOf(ask, personId));
      if (edgeName === undefined) return this.onNode(found.node, ask, id);
      const edge = found.node.edge(edgeName);
      if (edge === undefined) throw nonexistingField(edgeName, found.node.typeName);
      if (extra !== undefined && method !== 'DELETE') throw unknownPath(path);
      const act = method === 'GET' ? edge.get : method === 'POST' ? edge.post : edge.delete;
      if (act === undefined) throw unknownObject(id, method);
      return act(ask);
    } finally {
      Object.assign(headers, this.meta.limits.headers(bucket, ask));
    }
  }

  /** Calls that it counts as. */
  private costOf({ fields }: Ask, personId: string | undefined): number {
    return this.meta.settings.is('expansion_cost', 'one_each', personId) ? 1 + expansionsIn(fields) : 1;
  }

  private onNode(node: NonNullable<ReturnType<typeof nodeOf>>['node'], ask: Ask, id: string): unknown {
    if (ask.call.method === 'GET') return node.read(ask);
    const act = ask.call.method === 'POST' ? node.update : node.remove;
    if (act === undefined) throw unknownObject(id, ask.call.method);
    return act(ask);
  }

  /** The exotic globals of old: v26.0 drops some of them, and which is unconfirmed; a client should use none. */
  private refuseGlobals(call: GraphCall): void {
    if (call.params.has('date_format')) throw invalidParameter('date_format is no longer supported');
    const settings = this.meta.settings;
    if (settings.is('legacy_globals', 'refuse')) {
      for (const name of ['method', 'ids', 'format', 'callback', 'suppress_http_code']) {
        if (call.params.has(name)) throw invalidParameter(`The parameter ${name} is no longer supported`);
      }
    }
    if (settings.is('unknown_params', 'refuse')) {
      const unknown = [...call.params.keys()].find((name) => !isKnownParameter(name));
      if (unknown !== undefined) throw invalidParameter(`Unknown parameter ${unknown}`);
    }
  }

  private statusOf(error: GraphError, personId: string | undefined): number {
    if (error.details.status !== undefined) return error.status;
    const { settings } = this.meta;
    if (error.code === 190) return Number(settings.value('invalid_token_status', personId));
    if (error.code === 10 || error.code === 200) return Number(settings.value('permission_status', personId));
    return error.status;
  }
}

/** A JSON list of fields is as good as commas. */
const unlisted = (fields: string): string =>
  fields.startsWith('["') ? fields.slice(1, -1).replaceAll('"', '') : fields;

const isAlias = (id: string): boolean => !/^[\d_]+$/.test(id);
