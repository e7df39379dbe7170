/** Reads an account's own posts from X, newest first, with the figures that X gives for them. */
import {
  CredentialRefused,
  ProviderContractBroken,
  ProviderFault,
  ProviderMisconfigured,
} from '@application/ports/provider-fault.js';
import type { ObservedPost, PostsPage, PostsRequest } from '@application/ports/provider.js';
import type { XApi } from './x-api.js';
import { accountFault } from './x-api-faults.js';
import { missingPrivateMetrics, privateMetrics, privateRefusal, publicMetrics, type Metrics } from './x-metrics.js';
import { measuredBody, timelineBody, unescapeText, type XPost } from './x-wire.js';

/** X takes 5 to 100. */
const SMALLEST_PAGE = 5;
const LARGEST_PAGE = 100;

/** X's timelines end after 3,200 posts; the double allows for pages that come back half empty. */
const MOST_PAGES = 64;

/** Always exactly one fields parameter: X answers in the vocabulary of the parameter sent. docs/providers/x.md, "Two vocabularies". */
const POST_FIELDS = 'id,text,created_at,author_id,referenced_tweets,note_tweet,public_metrics';

/** The private figures of a page: what was found, what went wrong, what it cost. */
interface PrivatePass {
  readonly metrics: ReadonlyMap<string, Metrics>;
  readonly fault: ProviderFault | null;
  readonly calls: number;
  readonly billedReads: number;
}

export class XTimeline {
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
      const { body, observedAt } = await this.page(request, request.atMost - seen.size, cursor);
      const posts = body.data.filter(({ id }) => !seen.has(id)).slice(0, request.atMost - seen.size);
      for (const { id } of posts) seen.add(id);
      // Once refused, not asked again: the same budget or the same trouble is waiting.
      const pass = await this.privatePass(request, posts, trouble === null);
      trouble ??= pass.fault;
      yield {
        posts: posts.map((post) => observed(post, pass.metrics.get(post.id) ?? {})),
        observedAt,
        calls: 1 + pass.calls,
        billedReads: body.data.length + pass.billedReads,
        metricsProblem: trouble?.code ?? (lacksPublicMetrics(posts) ? 'public_metrics_absent' : null),
      };
      // The page is safe with the caller; these two would meet the next call as well.
      if (trouble instanceof CredentialRefused || trouble instanceof ProviderMisconfigured) throw trouble;
      cursor = body.meta?.next_token;
      if (cursor === undefined) return;
      if (cursors.has(cursor)) throw new ProviderContractBroken({ provider: 'x' }, 'meta.next_token');
      cursors.add(cursor);
    }
  }

  private async page(request: PostsRequest, wanted: number, cursor: string | undefined) {
    const { body, answer } = await this.api.read(timelineBody, {
      path: `/2/users/${encodeURIComponent(request.externalId)}/tweets`,
      route: '/2/users/:id/tweets',
      query: {
        max_results: String(Math.min(Math.max(wanted, SMALLEST_PAGE), LARGEST_PAGE)),
        'tweet.fields': POST_FIELDS,
        pagination_token: cursor,
      },
      token: request.token,
      signal: request.signal,
    });
    const observedAt = this.now();
    const [error] = body.errors;
    if (error && body.data.length === 0 && body.meta === undefined) throw accountFault(error, answer, [request.token]);
    return { body, observedAt };
  }

  /**
   * A second look at the posts that may have private figures. Asking for them on the timeline itself would make X leave
   * out everything older than 30 days and every repost. Its failure costs the figures, not the posts.
   */
  private async privatePass(request: PostsRequest, posts: readonly XPost[], ask: boolean): Promise<PrivatePass> {
    const metrics = new Map<string, Metrics>();
    const wanted: string[] = [];
    for (const post of posts) {
      const refusal = privateRefusal(post, request.externalId, request.now);
      if (refusal === null) wanted.push(post.id);
      else metrics.set(post.id, missingPrivateMetrics(refusal));
    }
    if (wanted.length === 0 || !ask) return { metrics, fault: null, calls: 0, billedReads: 0 };
    try {
      const { body } = await this.api.read(measuredBody, {
        path: '/2/tweets',
        route: '/2/tweets',
        query: { ids: wanted.join(','), 'tweet.fields': 'non_public_metrics' },
        token: request.token,
        signal: request.signal,
      });
      for (const id of wanted) {
        const errors = body.errors.filter((error) => error.resourceId === id);
        const measured = body.data.find((item) => item.id === id);
        metrics.set(id, privateMetrics(measured, errors));
      }
      return { metrics, fault: null, calls: 1, billedReads: body.data.length };
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error;
      return { metrics, fault: error, calls: 1, billedReads: 0 };
    }
  }
}

function observed(post: XPost, privately: Metrics): ObservedPost {
  return {
    externalId: post.id,
    permalink: `https://x.com/i/web/status/${post.id}`,
    text: unescapeText(post.text),
    publishedAt: post.createdAt,
    metrics: { ...publicMetrics(post), ...privately },
  };
}

/** X asked for figures gives them with every post; none at all means that the parameter was not understood. */
function lacksPublicMetrics(posts: readonly XPost[]): boolean {
  return posts.length > 0 && posts.every((post) => post.metrics === null);
}
