/** Reads insights post by post, where Meta refuses the list with them. docs/providers/meta.md, "Insights with a list". */
import { ProviderFault } from '@application/ports/provider-fault.js';
import type { PostsRequest } from '@application/ports/reading-api.js';
import type { MissingReason } from '@domain/sync/metric.js';
import type { Oddities } from '@infrastructure/http/record.js';
import { readBatch } from '../graph/graph-batch.js';
import { isPermission, type GraphError } from '../graph/graph-error.js';
import type { Graph, GraphReply } from '../graph/graph.js';
import { FEWEST_VOTES, type Reasons } from './findings.js';
import { insightsBody, type InsightsBody } from './insights.js';

/** Media older than the account's switch to business: it will never have insights. */
const BEFORE_BUSINESS = 2108006;

/** The most calls for single metrics of single posts in a page: as many as a batch holds. */
const MOST_SINGLES = 50;

export interface Probe {
  /** By format, the reason of each metric that its posts refuse; without formats where no single metric is the cause. */
  readonly found: ReadonlyMap<string, Reasons>;
  readonly fault: ProviderFault | null;
  readonly calls: number;
}

/** The answer of one post to the metrics that were requested for it. */
export interface Told {
  readonly data: InsightsBody['data'];
  readonly reasons: Reasons;
}

/** By post, the metrics to request. */
export type Asked = ReadonlyMap<string, readonly string[]>;

export interface Detour {
  readonly asked: Asked;
  /** Without the posts that Meta left out of its answer. */
  readonly told: ReadonlyMap<string, Told>;
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
   * Requests each metric alone on several posts of each format. An invalid metric fails a call without being named, so
   * the calls have to be split. A refusal by all posts of a format is about the metric in that format; any other refusal
   * is about a post.
   */
  async probe(
    samples: ReadonlyMap<string, readonly string[]>,
    metrics: readonly string[],
    request: PostsRequest,
  ): Promise<Probe> {
    const urls = [...samples.values()].flat().flatMap((id) => metrics.map((metric) => insightsUrl(id, [metric])));
    const { replies, fault, calls } = await this.batch(urls, request);
    const found = new Map<string, Reasons>();
    if (fault) return { found, fault, calls };
    const left = replies.map(errorOf);
    for (const [format, ids] of samples) {
      const votes = ids.map(() => left.splice(0, metrics.length));
      const culprits = culpritsOf(votes, metrics);
      if (culprits.size > 0) found.set(format, culprits);
    }
    return { found, fault: null, calls };
  }

  /**
   * Insights of each post by itself, and of one that refuses them each metric by itself, so that no refusal affects the
   * others.
   */
  async read(asked: Asked, request: PostsRequest): Promise<Detour> {
    const whole = await this.batch(
      [...asked].map(([id, metrics]) => insightsUrl(id, metrics)),
      request,
    );
    const told = new Map<string, Told>();
    const torn = new Map<string, readonly string[]>();
    let singles = 0;
    for (const [index, [id, metrics]] of [...asked].entries()) {
      const reply = whole.replies[index];
      if (!reply) continue;
      if (reply.ok) told.set(id, { data: insightsBody(reply.body, id, this.odd)?.data ?? [], reasons: new Map() });
      else if (isOfThePost(reply.error)) {
        const reason = reasonOf(reply.error);
        if (reason === 'not_provided' && metrics.length > 1 && singles + metrics.length <= MOST_SINGLES) {
          torn.set(id, metrics);
          singles += metrics.length;
        }
        told.set(id, { data: [], reasons: new Map(metrics.map((metric) => [metric, reason])) });
      }
    }
    if (whole.fault || torn.size === 0) return { asked, told, fault: whole.fault, calls: whole.calls };
    const urls = [...torn].flatMap(([id, metrics]) => metrics.map((metric) => insightsUrl(id, [metric])));
    const second = await this.batch(urls, request);
    const left = [...second.replies];
    for (const [id, metrics] of torn) told.set(id, this.joined(id, metrics, left.splice(0, metrics.length)));
    return { asked, told, fault: second.fault, calls: whole.calls + second.calls };
  }

  /** The answers of one post, metric by metric. */
  private joined(id: string, metrics: readonly string[], replies: readonly (GraphReply | null)[]): Told {
    const data: InsightsBody['data'][number][] = [];
    const reasons = new Map<string, MissingReason>();
    for (const [index, metric] of metrics.entries()) {
      const reply = replies[index];
      if (reply?.ok) data.push(...(insightsBody(reply.body, id, this.odd)?.data ?? []));
      else if (reply && isOfThePost(reply.error)) reasons.set(metric, reasonOf(reply.error));
    }
    return { data, reasons };
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

/** The metrics that all posts of one format refuse. Each post was asked for every metric. */
function culpritsOf(all: readonly (readonly (GraphError | null)[])[], metrics: readonly string[]): Reasons {
  const culprits = new Map<string, MissingReason>();
  const votes = all.filter((errors) => errors.every((error) => error?.subcode !== BEFORE_BUSINESS));
  if (votes.length < FEWEST_VOTES) return culprits;
  for (const [index, metric] of metrics.entries()) {
    const reasons = new Set(votes.map((errors) => verdict(errors[index] ?? null)));
    const [reason] = reasons;
    if (reasons.size === 1 && reason) culprits.set(metric, reason);
  }
  // That all were withdrawn at once is less likely than that these posts have none.
  const allRetired = culprits.size === metrics.length && [...culprits.values()].every((why) => why === 'retired');
  return allRetired ? new Map() : culprits;
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
