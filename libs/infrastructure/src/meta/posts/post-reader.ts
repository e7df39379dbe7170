/** Reads posts with their insights in one call where Meta lets us, and by detours where it does not. */
import { ProviderFault } from '@application/ports/provider-fault.js';
import type { ObservedPost, PostsPage, PostsRequest } from '@application/ports/reading-api.js';
import type { MissingReason } from '@domain/sync/metric.js';
import { syncProblem, type SyncProblem } from '@domain/sync/sync-problem.js';
import { Oddities } from '@infrastructure/http/record.js';
import { isMalformed, isPermission } from '../graph/graph-error.js';
import { Cursors, listPage, type ListPage } from '../graph/graph-listing.js';
import type { Graph, GraphRefusal } from '../graph/graph.js';
import { Findings, samplesOf } from './findings.js';
import { InsightsDetour, type Asked, type Detour } from './insights-detour.js';
import { Insights } from './insights.js';
import type { ListedPost, PostKind } from './post-kind.js';

/** With insights, Graph refuses larger pages as too much data. */
const LARGEST_PAGE = 50;

/** One page as read: posts, and their insights where they were read separately. */
interface Reading<T> {
  readonly list: ListPage<T>;
  readonly observedAt: Date;
  readonly detour: Detour;
}

type Listed<T> = ListPage<T> | (GraphRefusal & { readonly calls: number });

export class PostReader<T extends ListedPost> {
  constructor(
    private readonly graph: Graph,
    private readonly kind: PostKind<T>,
  ) {}

  read(request: PostsRequest): AsyncIterable<PostsPage> {
    return new Run(this.graph, this.kind, request).pages();
  }
}

/** One read of one account. What is found out about metrics and fields is used for later pages. */
class Run<T extends ListedPost> {
  private readonly ladder: readonly string[];
  private readonly findings: Findings;
  /** How many field sets have been refused. */
  private rung = 0;
  private limit = LARGEST_PAGE;
  private readonly problems = new Map<string, SyncProblem>();
  private odd = new Oddities();
  private calls = 0;

  constructor(
    private readonly graph: Graph,
    private readonly kind: PostKind<T>,
    private readonly request: PostsRequest,
  ) {
    this.ladder = kind.fields(request.scopes);
    this.findings = request.scopes.includes(kind.insightsScope)
      ? new Findings(kind.insights, new Map())
      : new Findings([], new Map(kind.insights.map((name) => [name, 'not_permitted'])));
  }

  async *pages(): AsyncGenerator<PostsPage> {
    const { atMost } = this.request;
    const cursors = new Cursors();
    const seen = new Set<string>();
    let after: string | null = null;
    do {
      this.calls = 0;
      this.odd = new Oddities();
      const reading: Reading<T> = await this.page(atMost - seen.size, after).catch((fault: unknown) => {
        // Whatever was asked for this page: it will not be handed over with a count of its own.
        throw fault instanceof ProviderFault ? fault.withCalls(this.calls) : fault;
      });
      const { list, observedAt, detour } = reading;
      const fresh = list.items.filter(({ id }) => !seen.has(id)).slice(0, atMost - seen.size);
      for (const { id } of fresh) seen.add(id);
      yield {
        posts: fresh.map((post) => this.observed(post, detour)),
        observedAt,
        calls: this.calls,
        billedReads: 0,
        problems: [...this.problems.values(), ...troublesOf(list, detour)],
        odd: this.odd.found,
      };
      // The posts are safe with the caller, and its calls counted with them; the next call would meet the same.
      if (detour.fault) throw detour.fault.withCalls(0);
      if (list.after === undefined) return;
      after = cursors.checked(list.after);
    } while (after !== null && seen.size < atMost);
  }

  /** @throws any ProviderFault */
  private async page(wanted: number, after: string | null): Promise<Reading<T>> {
    const first = await this.list(wanted, after, this.findings.common);
    if (!('fault' in first)) return this.reading(first, this.findings.common);
    if (!isAboutFields(first)) throw first.fault;
    const rung = this.rung;
    const plain = await this.plainList(wanted, after);
    const observedAt = this.graph.now();
    const { common } = this.findings;
    if (plain.items.length === 0 || common.length === 0) return this.reading(plain, [], observedAt);
    if (this.rung > rung) {
      // The cause may be the larger set of fields and not the insights.
      const again = await this.list(wanted, after, common);
      if (!('fault' in again)) return this.reading(again, common);
    }
    const samples = samplesOf(plain.items, (post) => this.kind.formatOf(post));
    const probe = await new InsightsDetour(this.graph, this.odd).probe(samples, common, this.request);
    this.calls += probe.calls;
    if (probe.fault) {
      const asked = this.stillToAsk(plain, []);
      return { list: plain, observedAt, detour: { asked, told: new Map(), fault: probe.fault, calls: 0 } };
    }
    if (probe.found.size > 0) {
      this.findings.learn(probe.found);
      this.report('metrics_refused');
      const fewer = this.findings.common;
      const again = fewer.length === 0 ? null : await this.list(wanted, after, fewer);
      if (again && !('fault' in again)) return this.reading(again, fewer);
    }
    return this.reading(plain, [], observedAt);
  }

  /** A list and, post by post, what it was not asked for: metrics that posts of another format were found to refuse. */
  private async reading(
    list: ListPage<T>,
    listed: readonly string[],
    observedAt: Date = this.graph.now(),
  ): Promise<Reading<T>> {
    const asked = this.stillToAsk(list, listed);
    if (asked.size === 0) return { list, observedAt, detour: { asked, told: new Map(), fault: null, calls: 0 } };
    const detour = await new InsightsDetour(this.graph, this.odd).read(asked, this.request);
    this.calls += detour.calls;
    return { list, observedAt, detour };
  }

  private stillToAsk({ items }: ListPage<T>, listed: readonly string[]): Asked {
    const asked = items.map((post) => {
      const wanted = this.findings.wanted(this.kind.formatOf(post));
      return [post.id, wanted.filter((metric) => !listed.includes(metric))] as const;
    });
    return new Map(asked.filter(([, metrics]) => metrics.length > 0));
  }

  /** The posts without insights, with the largest set of fields that Meta allows. */
  private async plainList(wanted: number, after: string | null): Promise<ListPage<T>> {
    for (;;) {
      const page = await this.list(wanted, after, []);
      if (!('fault' in page)) return page;
      if (!isAboutFields(page) || this.rung + 1 >= this.ladder.length) throw page.fault;
      // A missing permission is about the account, an unknown field is a bug of ours.
      if (page.error !== null && isMalformed(page.error)) this.report('fields_refused');
      this.rung += 1;
    }
  }

  private async list(wanted: number, after: string | null, metrics: readonly string[]): Promise<Listed<T>> {
    const { token, signal, externalId } = this.request;
    const fields = this.ladder[this.rung] ?? 'id';
    const insights = metrics.length === 0 ? '' : `,insights.metric(${metrics.join(',')})`;
    const path = `/${encodeURIComponent(externalId)}/${this.kind.edge}`;
    const query = { fields: `${fields}${insights}` };
    const call = { method: 'GET', path, route: this.kind.route, token, speaker: 'page', query, signal } as const;
    const asked = Math.min(this.limit, wanted);
    const page = await listPage(this.graph, this.kind.listed, call, asked, after, this.odd).catch((fault: unknown) => {
      if (fault instanceof ProviderFault) this.calls += fault.calls;
      throw fault;
    });
    this.calls += page.calls;
    // A page that was too heavy once will be too heavy again.
    if ('limit' in page && page.limit < asked) this.limit = page.limit;
    return page;
  }

  private report(code: 'metrics_refused' | 'fields_refused'): void {
    this.problems.set(code, syncProblem(code));
  }

  private observed(post: T, { asked, told }: Detour): ObservedPost {
    const reasons = new Map<string, MissingReason | 'unread'>(this.findings.missing(this.kind.formatOf(post)));
    const apart = told.get(post.id);
    if (!apart) for (const metric of asked.get(post.id) ?? []) reasons.set(metric, 'unread');
    for (const [metric, reason] of apart?.reasons ?? []) reasons.set(metric, reason);
    const insights = new Insights([...(post.insights?.data ?? []), ...(apart?.data ?? [])], reasons);
    const seen = this.kind.observed(post, insights);
    const metrics = Object.fromEntries(Object.entries(seen.metrics).filter(([, value]) => value !== undefined));
    return { ...seen, metrics };
  }
}

/** Problems of one page only. */
function troublesOf(list: ListPage<ListedPost>, { asked, told, fault }: Detour): readonly SyncProblem[] {
  const cut = list.after === undefined ? [syncProblem('list_cut')] : [];
  if (fault) return [...cut, { code: fault.code, sentence: fault.message }];
  // Meta may leave out items that a batch has no time for.
  return [...asked.keys()].some((id) => !told.has(id)) ? [...cut, syncProblem('metrics_unread')] : cut;
}

/** A refusal of a metric, of a field or for a missing permission: a smaller request may succeed. */
function isAboutFields({ error }: GraphRefusal): boolean {
  if (error === null) return false;
  return (
    isPermission(error.code) || (error.code === 100 && error.subcode !== 33 && !error.message.includes('appsecret'))
  );
}
