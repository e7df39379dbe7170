/** Gets insights post by post, for lists that Meta will not give together with them. docs/providers/meta.md, "Insights with a list". */
import { ProviderFault } from '@application/ports/provider-fault.js';
import type { PostsRequest } from '@application/ports/provider.js';
import type { MissingReason } from '@domain/sync/metric.js';
import type { Oddities } from '@infrastructure/http/record.js';
import { readBatch } from '../graph/graph-batch.js';
import { isPermission, type GraphError } from '../graph/graph-error.js';
import type { Graph, GraphReply } from '../graph/graph.js';
import { FEWEST_VOTES, type Reasons } from './findings.js';
import { insightsBody, type InsightsBody } from './insights.js';

/** Media older than the account's switch to business: it will never have insights. */
const BEFORE_BUSINESS = 2108006;

/** Calls for single metrics of single posts, a page: a batch holds as many. */
const MOST_SINGLES = 50;

export interface Probe {
  /** By format: why each metric that its posts refuse is to be left out; without those where none is at fault by itself. */
  readonly found: ReadonlyMap<string, Reasons>;
  readonly fault: ProviderFault | null;
  readonly calls: number;
}

/** What one post told of the metrics that it was asked for. */
export interface Told {
  readonly data: InsightsBody['data'];
  readonly reasons: Reasons;
}

/** By post: the metrics to ask it for. */
export type Asked = ReadonlyMap<string, readonly string[]>;

export interface Detour {
  readonly asked: Asked;
  /** Without those that Meta did not get to. */
  readonly told: ReadonlyMap<string, Told>;
  /** Something that would meet the next call as well: a budget used up, a dead token. */
  readonly fault: ProviderFault | null;
  readonly calls: number;
}

export class InsightsDetour {
  constructor(
    private readonly graph: Graph,
    private readonly odd: Oddities,
  ) {}

  /**
   * Asks for each metric alone on several posts of each format. An invalid one fails a call without being named, so this
   * is how the culprit is found; and only what all posts of a format refuse is a finding, about that format: else it is one
   * about a post.
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

  /** Insights of each post by itself, and of one that refuses them each metric by itself: none spoils the others. */
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

  /** What one post said metric by metric. */
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

  /** Posts were read already and are kept, whatever happens here: a fault comes back as a value. */
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

/** What all posts of one format refuse, each of which voted on every metric. */
function culpritsOf(all: readonly (readonly (GraphError | null)[])[], metrics: readonly string[]): Reasons {
  const culprits = new Map<string, MissingReason>();
  const votes = all.filter((errors) => errors.every((error) => error?.subcode !== BEFORE_BUSINESS));
  if (votes.length < FEWEST_VOTES) return culprits;
  for (const [index, metric] of metrics.entries()) {
    const reasons = new Set(votes.map((errors) => verdict(errors[index] ?? null)));
    const [reason] = reasons;
    if (reasons.size === 1 && reason) culprits.set(metric, reason);
  }
  // All of them withdrawn at once is less likely than posts that know none.
  const allRetired = culprits.size === metrics.length && [...culprits.values()].every((why) => why === 'retired');
  return allRetired ? new Map() : culprits;
}

function insightsUrl(postId: string, metrics: readonly string[]): string {
  return `${postId}/insights?metric=${metrics.join(',')}`;
}

function errorOf(reply: GraphReply | null | undefined): GraphError | null {
  return reply && !reply.ok ? reply.error : null;
}

/** What a refusal says of the metric that was asked for alone; null where it was not refused. */
function verdict(error: GraphError | null): MissingReason | null {
  if (error === null) return null;
  return isPermission(error.code) ? 'not_permitted' : error.code === 100 ? 'retired' : null;
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
