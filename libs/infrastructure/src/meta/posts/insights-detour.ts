/** Gets insights post by post, for lists that Meta will not give together with them. docs/providers/meta.md, "Insights with a list". */
import { ProviderFault } from '@application/ports/provider-fault.js';
import type { PostsRequest } from '@application/ports/provider.js';
import type { MissingReason } from '@domain/sync/metric.js';
import { matchContract } from '@infrastructure/http/contract.js';
import { readBatch } from '../graph/graph-batch.js';
import { isPermission, type GraphError } from '../graph/graph-error.js';
import type { Graph, GraphReply } from '../graph/graph.js';
import { Insights, insightsBody } from './insights.js';

/** Media older than the account's switch to business: it will never have insights. */
const BEFORE_BUSINESS = 2108006;

export interface Probe {
  /** Why each metric that was refused is to be left out; empty where none is at fault by itself. */
  readonly culprits: ReadonlyMap<string, MissingReason>;
  readonly fault: ProviderFault | null;
  readonly calls: number;
}

export interface Detour {
  readonly insights: ReadonlyMap<string, Insights>;
  /** Something that would meet the next call as well: a budget used up, a dead token. */
  readonly fault: ProviderFault | null;
  readonly calls: number;
}

export class InsightsDetour {
  constructor(private readonly graph: Graph) {}

  /**
   * Asks for each metric alone on one post. An invalid one fails a call without being named, so this is how the culprit
   * is found.
   */
  async probe(postId: string, metrics: readonly string[], request: PostsRequest): Promise<Probe> {
    const urls = metrics.map((metric) => insightsUrl(postId, [metric]));
    const { replies, fault, calls } = await this.batch(urls, request);
    if (fault) return { culprits: new Map(), fault, calls };
    const culprits = new Map<string, MissingReason>();
    for (const [index, metric] of metrics.entries()) {
      const reply = replies[index];
      if (!reply || reply.ok || reply.error === null) continue;
      if (isPermission(reply.error.code)) culprits.set(metric, 'not_permitted');
      // The post is at fault, not the metric.
      else if (reply.error.subcode === BEFORE_BUSINESS) return { culprits: new Map(), fault: null, calls };
      else if (reply.error.code === 100) culprits.set(metric, 'retired');
    }
    // All of them withdrawn at once is less likely than a post that knows none.
    const allRetired = culprits.size === metrics.length && [...culprits.values()].every((why) => why === 'retired');
    return { culprits: allRetired ? new Map() : culprits, fault: null, calls };
  }

  /** Insights of each post by itself, so that one without any does not spoil the others. */
  async read(
    postIds: readonly string[],
    metrics: readonly string[],
    reasons: ReadonlyMap<string, MissingReason>,
    request: PostsRequest,
  ): Promise<Detour> {
    const urls = postIds.map((id) => insightsUrl(id, metrics));
    const { replies, fault, calls } = await this.batch(urls, request);
    const insights = new Map<string, Insights>();
    for (const [index, id] of postIds.entries()) {
      const found = insightsOf(replies[index], reasons);
      if (found) insights.set(id, found);
    }
    return { insights, fault, calls };
  }

  /** Posts were read already and are kept, whatever happens here: a fault comes back as a value. */
  private async batch(urls: readonly string[], request: PostsRequest) {
    try {
      const caller = { token: request.token, speaker: 'page', signal: request.signal } as const;
      const { replies, calls } = await readBatch(this.graph, urls, caller);
      const lasting = replies.find((reply) => reply && !reply.ok && !isOfThePost(reply.error));
      return { replies, calls, fault: lasting && !lasting.ok ? lasting.fault : null };
    } catch (fault) {
      if (!(fault instanceof ProviderFault)) throw fault;
      return { replies: [], calls: urls.length, fault };
    }
  }
}

function insightsUrl(postId: string, metrics: readonly string[]): string {
  return `${postId}/insights?metric=${metrics.join(',')}`;
}

/** undefined: not read, so nothing is known. */
function insightsOf(
  reply: GraphReply | null | undefined,
  reasons: ReadonlyMap<string, MissingReason>,
): Insights | undefined {
  if (!reply) return undefined;
  if (reply.ok) return new Insights(matchContract(insightsBody, reply.body, reply.evidence), 'not_provided', reasons);
  if (!isOfThePost(reply.error)) return undefined;
  return new Insights(null, reasonOf(reply.error), reasons);
}

/** Refusals that concern this post only; anything else (a dead token, a budget, an outage) would meet the others too. */
function isOfThePost(error: GraphError | null): error is GraphError {
  return error !== null && (error.code === 100 || isPermission(error.code));
}

function reasonOf({ code, subcode, message }: GraphError): MissingReason {
  if (subcode === BEFORE_BUSINESS) return 'before_business_account';
  // "Not enough viewers" comes with the code of a missing permission.
  return isPermission(code) && !/not enough viewers/i.test(message) ? 'not_permitted' : 'not_provided';
}
