/** Reads insights post by post, where Meta refuses the list with them. docs/providers/meta.md, "Insights with a list". */
import { ProviderFault } from '@application/ports/provider-fault.js';
import type { PostsRequest } from '@application/ports/provider.js';
import type { MissingReason } from '@domain/sync/metric.js';
import type { Oddities } from '@infrastructure/http/record.js';
import { readBatch } from '../graph/graph-batch.js';
import { isPermission, type GraphError } from '../graph/graph-error.js';
import type { Graph, GraphReply } from '../graph/graph.js';
import { Insights, insightsBody, type InsightsBody } from './insights.js';

/** Media older than the account's switch to business: it will never have insights. */
const BEFORE_BUSINESS = 2108006;

/** One post that refuses a metric does not prove that the metric is refused everywhere. */
const FEWEST_VOTES = 2;

/** The most calls for single metrics of single posts in a page: as many as a batch holds. */
const MOST_SINGLES = 50;

export interface Probe {
  /** The reason of each metric that is to be left out; empty where no single metric is the cause. */
  readonly culprits: ReadonlyMap<string, MissingReason>;
  readonly fault: ProviderFault | null;
  readonly calls: number;
}

export interface Detour {
  readonly insights: ReadonlyMap<string, Insights>;
  /** A fault that the next call would get as well: a used-up budget, an invalid token. */
  readonly fault: ProviderFault | null;
  readonly calls: number;
}

export class InsightsDetour {
  constructor(
    private readonly graph: Graph,
    private readonly odd: Oddities,
  ) {}

  /**
   * Requests each metric alone on several posts. An invalid metric fails a call without being named, so the calls have
   * to be split; only a refusal by all posts is about the metric, else it is about a post.
   */
  async probe(postIds: readonly string[], metrics: readonly string[], request: PostsRequest): Promise<Probe> {
    const urls = postIds.flatMap((id) => metrics.map((metric) => insightsUrl(id, [metric])));
    const { replies, fault, calls } = await this.batch(urls, request);
    if (fault) return { culprits: new Map(), fault, calls };
    const votes = postIds
      .map((_, index) => replies.slice(index * metrics.length, (index + 1) * metrics.length).map(errorOf))
      .filter((errors) => errors.every((error) => error?.subcode !== BEFORE_BUSINESS));
    if (votes.length < FEWEST_VOTES) return { culprits: new Map(), fault: null, calls };
    const culprits = new Map<string, MissingReason>();
    for (const [index, metric] of metrics.entries()) {
      const reasons = new Set(votes.map((errors) => verdict(errors[index] ?? null)));
      const [reason] = reasons;
      if (reasons.size === 1 && reason) culprits.set(metric, reason);
    }
    // That all were withdrawn at once is less likely than that these posts have none.
    const allRetired = culprits.size === metrics.length && [...culprits.values()].every((why) => why === 'retired');
    return { culprits: allRetired ? new Map() : culprits, fault: null, calls };
  }

  /**
   * Insights of each post by itself, and of one that refuses them each metric by itself, so that no refusal affects the
   * others.
   */
  async read(
    postIds: readonly string[],
    metrics: readonly string[],
    reasons: ReadonlyMap<string, MissingReason>,
    request: PostsRequest,
  ): Promise<Detour> {
    const whole = await this.batch(
      postIds.map((id) => insightsUrl(id, metrics)),
      request,
    );
    const insights = new Map<string, Insights>();
    const torn: string[] = [];
    for (const [index, id] of postIds.entries()) {
      const reply = whole.replies[index];
      if (!reply) continue;
      if (reply.ok)
        insights.set(id, new Insights(insightsBody(reply.body, id, this.odd) ?? null, 'not_provided', reasons));
      else if (isOfThePost(reply.error)) {
        const reason = reasonOf(reply.error);
        if (reason === 'not_provided' && metrics.length > 1 && (torn.length + 1) * metrics.length <= MOST_SINGLES)
          torn.push(id);
        insights.set(id, new Insights(null, reason, reasons));
      }
    }
    if (whole.fault || torn.length === 0) return { insights, fault: whole.fault, calls: whole.calls };
    const urls = torn.flatMap((id) => metrics.map((metric) => insightsUrl(id, [metric])));
    const singles = await this.batch(urls, request);
    for (const [index, id] of torn.entries()) {
      const replies = singles.replies.slice(index * metrics.length, (index + 1) * metrics.length);
      insights.set(id, this.joined(id, metrics, replies, reasons));
    }
    return { insights, fault: singles.fault, calls: whole.calls + singles.calls };
  }

  /** The answers of one post, metric by metric. */
  private joined(
    id: string,
    metrics: readonly string[],
    replies: readonly (GraphReply | null)[],
    reasons: ReadonlyMap<string, MissingReason>,
  ): Insights {
    const data: InsightsBody['data'][number][] = [];
    const own = new Map(reasons);
    for (const [index, metric] of metrics.entries()) {
      const reply = replies[index];
      if (reply?.ok) data.push(...(insightsBody(reply.body, id, this.odd)?.data ?? []));
      else if (reply && isOfThePost(reply.error)) own.set(metric, reasonOf(reply.error));
    }
    return new Insights({ data }, 'not_provided', own);
  }

  /** The posts were read already and are kept, whatever happens here: a fault is returned as a value. */
  private async batch(urls: readonly string[], request: PostsRequest) {
    try {
      const caller = { token: request.token, speaker: 'page', signal: request.signal } as const;
      const { replies, throttle, calls } = await readBatch(this.graph, urls, caller);
      const lasting = replies.find((reply) => reply && !reply.ok && !isOfThePost(reply.error));
      return { replies, calls, fault: throttle ?? (lasting && !lasting.ok ? lasting.fault : null) };
    } catch (fault) {
      if (!(fault instanceof ProviderFault)) throw fault;
      return { replies: [], calls: urls.length, fault };
    }
  }
}

function insightsUrl(postId: string, metrics: readonly string[]): string {
  return `${postId}/insights?metric=${metrics.join(',')}`;
}

function errorOf(reply: GraphReply | null | undefined): GraphError | null {
  return reply && !reply.ok ? reply.error : null;
}

/** The reason in the refusal of a metric that was requested alone; null where it was not refused. */
function verdict(error: GraphError | null): MissingReason | null {
  if (error === null) return null;
  return isPermission(error.code) ? 'not_permitted' : error.code === 100 ? 'retired' : null;
}

/**
 * Refusals that concern this post only; anything else (an invalid token, a budget, an outage) would affect the others
 * too.
 */
function isOfThePost(error: GraphError | null): error is GraphError {
  return error !== null && (error.code === 100 || isPermission(error.code));
}

function reasonOf({ code, subcode, message }: GraphError): MissingReason {
  if (subcode === BEFORE_BUSINESS) return 'before_business_account';
  // "Not enough viewers" has the code of a missing permission.
  return isPermission(code) && !/not enough viewers/i.test(message) ? 'not_permitted' : 'not_provided';
}
