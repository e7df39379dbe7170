/** Reads an account's own posts from X, newest first, with the figures that X gives for them. */
import type { ZodType } from 'zod';
import {
  CredentialRefused,
  ProviderContractBroken,
  ProviderFault,
  ProviderMisconfigured,
  ProviderThrottled,
  RequestMalformed,
} from '@application/ports/provider-fault.js';
import type { ObservedPost, PostsPage, PostsRequest } from '@application/ports/reading-api.js';
import { syncProblem, type SyncProblem } from '@domain/sync/sync-problem.js';
import { listOf, Oddities } from '@infrastructure/http/record.js';
import type { XApi, XRead } from './x-api.js';
import { accountFault } from './x-api-faults.js';
import { missingPrivateMetrics, privateMetrics, privateRefusal, publicMetrics, type Metrics } from './x-metrics.js';
import { Vocabularies, type Vocabulary } from './x-vocabulary.js';
import {
  measured,
  measuredBody,
  pageMeta,
  postForm,
  postOf,
  timelineBody,
  unescapeText,
  type XPost,
} from './x-wire.js';

/** X takes 5 to 100. */
const SMALLEST_PAGE = 5;
const LARGEST_PAGE = 100;

/** X's timelines end after 3,200 posts; twice that many pages allow for half-empty ones. */
const MOST_PAGES = 64;

/** The private figures of a page: the figures, the problem if any, and the billed reads. */
interface PrivatePass {
  readonly metrics: ReadonlyMap<string, Metrics>;
  readonly fault: ProviderFault | null;
  readonly calls: number;
  readonly billedReads: number;
}

/** A request whose field names depend on the vocabulary. */
type XQuestion = Omit<XRead, 'query'> & { readonly query: (vocabulary: Vocabulary) => XRead['query'] };

export class XTimeline {
  private readonly vocabularies = new Vocabularies();

  constructor(
    private readonly api: XApi,
    private readonly now: () => Date,
  ) {}

  async *read(request: PostsRequest): AsyncGenerator<PostsPage> {
    const seen = new Set<string>();
    const cursors = new Set<string>();
    let trouble: ProviderFault | null = null;
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES && seen.size < request.atMost; page += 1) {
      const odd = new Oddities();
      const listed = await this.page(request, request.atMost - seen.size, cursor, odd);
      const posts = eachOnce(listed.posts)
        .filter(({ firstId }) => !seen.has(firstId))
        .slice(0, request.atMost - seen.size);
      for (const { firstId } of posts) seen.add(firstId);
      // Once refused, they are not requested again: the next request would be refused alike.
      const pass = await this.privatePass(request, posts, trouble === null, odd);
      trouble ??= pass.fault;
      yield {
        posts: posts.map((post) => observed(post, pass.metrics.get(post.id) ?? {})),
        observedAt: listed.observedAt,
        calls: listed.calls + pass.calls,
        billedReads: listed.posts.length + pass.billedReads,
        problems: problemsOf(trouble, posts, listed.next),
        odd: odd.found,
      };
      // The caller has stored the page; the next call would get these faults as well, and a wait has to be kept.
      if (endsReading(trouble)) throw trouble;
      if (typeof listed.next !== 'string') return;
      cursor = listed.next;
      if (cursors.has(cursor)) throw new ProviderContractBroken({ provider: 'x' }, 'meta.next_token').withCalls(0);
      cursors.add(cursor);
    }
  }

  private async page(request: PostsRequest, wanted: number, cursor: string | undefined, odd: Oddities) {
    const { body, answer, calls } = await this.inEitherVocabulary(timelineBody, {
      path: `/2/users/${encodeURIComponent(request.externalId)}/tweets`,
      route: '/2/users/:id/tweets',
      query: ({ timeline }) => ({
        max_results: String(Math.min(Math.max(wanted, SMALLEST_PAGE), LARGEST_PAGE)),
        ...timeline,
        pagination_token: cursor,
      }),
      token: request.token,
      signal: request.signal,
    });
    const observedAt = this.now();
    const meta = pageMeta.safeParse(body.meta);
    // null: present, and not readable.
    const next = meta.success ? (meta.data?.next_token ?? undefined) : null;
    const posts = (listOf(postForm)(body.data ?? [], 'data', odd) ?? []).map((body) => postOf(body, odd));
    const [error] = body.errors;
    // Only errors, and no next page: that is no empty timeline, whatever `result_count` is.
    if (error && !body.data?.length && typeof next !== 'string')
      throw accountFault(error, answer, [request.token]).withCalls(calls);
    return { posts, observedAt, calls, next };
  }

  /** X's specification has one vocabulary, and X has accepted both: after a 400 the other one is tried, once. */
  private async inEitherVocabulary<T>(schema: ZodType<T>, { query, ...read }: XQuestion) {
    const first = this.vocabularies.on(read.route);
    try {
      const answer = await this.api.read(schema, { ...read, query: query(first) });
      this.vocabularies.remember(read.route, first);
      return { ...answer, calls: 1 };
    } catch (error) {
      if (!(error instanceof RequestMalformed)) throw error;
      const second = this.vocabularies.other(first);
      const answer = await this.api.read(schema, { ...read, query: query(second) }).catch((fault: unknown) => {
        // Refused in both, it was not the vocabulary.
        const told = fault instanceof RequestMalformed ? error : fault;
        throw told instanceof ProviderFault ? told.withCalls(2) : told;
      });
      this.vocabularies.remember(read.route, second);
      return { ...answer, calls: 2 };
    }
  }

  /**
   * Reads the posts that may have private figures a second time. Requested on the timeline itself, they would make X
   * leave out everything older than 30 days and every repost. If it fails, the figures are missing, not the posts.
   */
  private async privatePass(
    request: PostsRequest,
    posts: readonly XPost[],
    ask: boolean,
    odd: Oddities,
  ): Promise<PrivatePass> {
    const metrics = new Map<string, Metrics>();
    const wanted: string[] = [];
    for (const post of posts) {
      const refusal = privateRefusal(post, request.externalId, request.now);
      if (refusal === null) wanted.push(post.id);
      else metrics.set(post.id, missingPrivateMetrics(refusal));
    }
    if (wanted.length === 0 || !ask) return { metrics, fault: null, calls: 0, billedReads: 0 };
    try {
      const { body, calls } = await this.inEitherVocabulary(measuredBody, {
        path: '/2/tweets',
        route: '/2/tweets',
        query: ({ figures }) => ({ ids: wanted.join(','), ...figures }),
        token: request.token,
        signal: request.signal,
      });
      const found = listOf(measured)(body.data ?? [], 'data', odd) ?? [];
      for (const id of wanted) {
        const errors = body.errors.filter((error) => error.resourceId === id);
        metrics.set(
          id,
          privateMetrics(
            found.find((item) => item.id === id),
            errors,
          ),
        );
      }
      return { metrics, fault: null, calls, billedReads: found.length };
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error;
      // The calls of a fault that is thrown are counted with it.
      return { metrics, fault: error, calls: endsReading(error) ? 0 : error.calls, billedReads: 0 };
    }
  }
}

type Lasting = CredentialRefused | ProviderMisconfigured | ProviderThrottled;

function endsReading(fault: ProviderFault | null): fault is Lasting {
  return [CredentialRefused, ProviderMisconfigured, ProviderThrottled].some((kind) => fault instanceof kind);
}

/** The latest version of each post, in the order of the page. Of two ids the longer, then the greater, is the later one. */
function eachOnce(posts: readonly XPost[]): readonly XPost[] {
  const latest = new Map<string, XPost>();
  for (const post of posts) {
    const known = latest.get(post.firstId);
    if (known === undefined || BigInt(post.id) > BigInt(known.id)) latest.set(post.firstId, post);
  }
  return [...latest.values()];
}

function observed(post: XPost, privately: Metrics): ObservedPost {
  return {
    externalId: post.firstId,
    permalink: `https://x.com/i/web/status/${post.id}`,
    text: typeof post.text === 'string' ? unescapeText(post.text) : undefined,
    publishedAt: post.createdAt,
    metrics: { ...publicMetrics(post), ...privately },
  };
}

function problemsOf(
  trouble: ProviderFault | null,
  posts: readonly XPost[],
  next: string | null | undefined,
): readonly SyncProblem[] {
  const problems: SyncProblem[] = [];
  if (trouble) problems.push({ code: trouble.code, sentence: trouble.message });
  // X returns requested figures with every post; none at all means that the parameter was not understood.
  if (posts.length > 0 && posts.every((post) => !post.metrics)) problems.push(syncProblem('public_metrics_absent'));
  if (next === null) problems.push(syncProblem('list_cut'));
  return problems;
}
