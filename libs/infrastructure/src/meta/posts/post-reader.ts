/** Reads posts with their insights in one call where Meta allows it, and separately where it does not. */
import type { ObservedPost, PostsPage, PostsRequest } from '@application/ports/provider.js';
import type { MissingReason } from '@domain/sync/metric.js';
import { syncProblem, type SyncProblem } from '@domain/sync/sync-problem.js';
import { Oddities } from '@infrastructure/http/record.js';
import { isMalformed, isPermission } from '../graph/graph-error.js';
import { Cursors, listPage, type ListPage } from '../graph/graph-listing.js';
import type { Graph, GraphRefusal } from '../graph/graph.js';
import { InsightsDetour, type Detour } from './insights-detour.js';
import { Insights } from './insights.js';
import type { ListedPost, PostKind } from './post-kind.js';

/** With insights, Graph refuses larger pages as too much data. */
const LARGEST_PAGE = 50;

/** One page as read: posts, and their insights where they were read separately. */
interface Reading<T> {
  readonly list: ListPage<T>;
  readonly observedAt: Date;
  readonly detour: Detour | null;
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
  /** Insights that are still requested; each of the others has a reason. */
  private metrics: readonly string[];
  private readonly reasons = new Map<string, MissingReason>();
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
    this.metrics = kind.insights;
    if (!request.scopes.includes(kind.insightsScope))
      this.giveUp(new Map(kind.insights.map((name) => [name, 'not_permitted'])));
  }

  async *pages(): AsyncGenerator<PostsPage> {
    const { atMost } = this.request;
    const cursors = new Cursors();
    const seen = new Set<string>();
    let after: string | null = null;
    do {
      this.calls = 0;
      this.odd = new Oddities();
      const { list, observedAt, detour }: Reading<T> = await this.page(atMost - seen.size, after);
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
      // The caller has stored the posts; the next call would get the same fault.
      if (detour?.fault) throw detour.fault;
      if (list.after === undefined) return;
      after = cursors.checked(list.after);
    } while (after !== null && seen.size < atMost);
  }

  /** @throws any ProviderFault */
  private async page(wanted: number, after: string | null): Promise<Reading<T>> {
    const first = await this.list(wanted, after, this.metrics);
    if (!('fault' in first)) return this.reading(first);
    if (!isAboutFields(first)) throw first.fault;
    const rung = this.rung;
    const plain = await this.plainList(wanted, after);
    const observedAt = this.graph.now();
    const detours = new InsightsDetour(this.graph, this.odd);
    if (plain.items.length === 0 || this.metrics.length === 0) return { list: plain, observedAt, detour: null };
    if (this.rung > rung) {
      // The cause may be the larger set of fields and not the insights.
      const again = await this.list(wanted, after, this.metrics);
      if (!('fault' in again)) return this.reading(again);
    }
    const probe = await detours.probe(samplesOf(plain.items), this.metrics, this.request);
    this.calls += probe.calls;
    if (probe.fault) return { list: plain, observedAt, detour: { insights: new Map(), fault: probe.fault, calls: 0 } };
    if (probe.culprits.size > 0) {
      this.giveUp(probe.culprits);
      this.report('metrics_refused');
      if (this.metrics.length === 0) return { list: plain, observedAt, detour: null };
      const again = await this.list(wanted, after, this.metrics);
      if (!('fault' in again)) return this.reading(again);
    }
    const ids = plain.items.map(({ id }) => id);
    const detour = await detours.read(ids, this.metrics, this.reasons, this.request);
    this.calls += detour.calls;
    return { list: plain, observedAt, detour };
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
    const page = await listPage(this.graph, this.kind.listed, call, asked, after, this.odd);
    this.calls += page.calls;
    // A page that was too heavy once will be too heavy again.
    if ('limit' in page && page.limit < asked) this.limit = page.limit;
    return page;
  }

  private reading(list: ListPage<T>): Reading<T> {
    return { list, observedAt: this.graph.now(), detour: null };
  }

  private report(code: 'metrics_refused' | 'fields_refused'): void {
    this.problems.set(code, syncProblem(code));
  }

  private giveUp(reasons: ReadonlyMap<string, MissingReason>): void {
    for (const [metric, reason] of reasons) this.reasons.set(metric, reason);
    this.metrics = this.metrics.filter((metric) => !reasons.has(metric));
  }

  private observed(post: T, detour: Detour | null): ObservedPost {
    const insights = detour
      ? (detour.insights.get(post.id) ?? new Insights(null, 'unread', this.reasons))
      : new Insights(post.insights ?? null, 'not_provided', this.reasons);
    const seen = this.kind.observed(post, insights);
    const metrics = Object.fromEntries(Object.entries(seen.metrics).filter(([, value]) => value !== undefined));
    return { ...seen, metrics };
  }
}

/** The newest, one from the middle and the oldest of a page. */
function samplesOf(posts: readonly ListedPost[]): readonly string[] {
  const picked = [posts[0], posts[Math.floor(posts.length / 2)], posts.at(-1)].flatMap((post) => post?.id ?? []);
  return [...new Set(picked)];
}

/** Problems of one page only. */
function troublesOf(list: ListPage<ListedPost>, detour: Detour | null): readonly SyncProblem[] {
  const cut = list.after === undefined ? [syncProblem('list_cut')] : [];
  if (detour?.fault) return [...cut, { code: detour.fault.code, sentence: detour.fault.message }];
  return isPartial(list, detour) ? [...cut, syncProblem('metrics_unread')] : cut;
}

/** Posts whose insights were not read: Meta may leave out items that a batch has no time for. */
function isPartial(list: ListPage<ListedPost>, detour: Detour | null): boolean {
  return detour !== null && list.items.some(({ id }) => !detour.insights.has(id));
}

/** A refusal of a metric, of a field or for a missing permission: a smaller request may succeed. */
function isAboutFields({ error }: GraphRefusal): boolean {
  if (error === null) return false;
  return (
    isPermission(error.code) || (error.code === 100 && error.subcode !== 33 && !error.message.includes('appsecret'))
  );
}
