/** The port of the reading half of a provider's API: the accounts that a grant reaches, and their posts. */
import type { ExternalPerson } from '@domain/connection/connection.js';
import type { Platform } from '@domain/platform.js';
import type { GrantProblem } from '@domain/profile/usability.js';
import type { MetricName, MetricValue } from '@domain/sync/metric.js';
import type { SyncProblem } from '@domain/sync/sync-problem.js';

/** An account that a grant reaches, or that is visible but was not granted. */
export interface FoundAccount {
  readonly platform: Platform;
  readonly externalId: string;
  /** null, as below: could not be read this time; the stored value stays. */
  readonly name: string | null;
  readonly username: string | null;
  readonly pictureUrl: string | null;
  readonly link: string | null;
  /** False: visible, but not granted; `problem` says why. Without a usable token an account is never granted. */
  readonly granted: boolean;
  readonly problem: GrantProblem | null;
  /** The account's own token (Meta's Page token, also for the Instagram account behind it); null on X. */
  readonly token: string | null;
  /** What the person's role allows, by the provider's names (`CREATE_CONTENT`); empty on X. null: it did not say. */
  readonly tasks: readonly string[] | null;
}

export interface Discovery {
  readonly person: ExternalPerson;
  /** null: the provider has no call for it (X); the scopes of `IssuedTokens` count. */
  readonly scopes: readonly string[] | null;
  /** When the access token ends; null: never; undefined: the provider has no call for it (X). */
  readonly accessExpiresAt: Date | null | undefined;
  /** Meta: 90 days after the person was last active with the app; null on X; undefined: missing this time. */
  readonly dataAccessExpiresAt: Date | null | undefined;
  readonly accounts: readonly FoundAccount[];
  /** Records and fields that were not in the documented form (`meta_page.name`), and how often. */
  readonly odd: ReadonlyMap<string, number>;
}

/** An account that an earlier discovery found granted. */
export type KnownAccount = Pick<FoundAccount, 'platform' | 'externalId'>;

export interface PostsRequest {
  readonly platform: Platform;
  readonly externalId: string;
  /** The account's own token where it has one, else the connection's access token. */
  readonly token: string;
  readonly scopes: readonly string[];
  /** Today by our clock, for the platforms' age rules. */
  readonly now: Date;
  /** Newest posts first, at most this many. */
  readonly atMost: number;
  readonly signal?: AbortSignal;
}

export interface ObservedPost {
  readonly externalId: string;
  readonly permalink: string | null;
  /** undefined: present, and not readable this time. */
  readonly text: string | null | undefined;
  /** null: missing this time; a new post cannot be stored without it. */
  readonly publishedAt: Date | null;
  /** Every metric that the platform has for this kind of post: a value, or null with a reason. */
  readonly metrics: Readonly<Partial<Record<MetricName, MetricValue>>>;
}

/** One page of posts, newest first, and what it cost to read. */
export interface PostsPage {
  readonly posts: readonly ObservedPost[];
  /** When the provider answered: the `as_of` of every figure of the page. */
  readonly observedAt: Date;
  readonly calls: number;
  /** X bills by post read; 0 elsewhere. */
  readonly billedReads: number;
  /** What could not be read while the posts are kept: the run is `partial`. */
  readonly problems: readonly SyncProblem[];
  /** Records and fields that were not in the documented form (`x_post.text`), and how often. */
  readonly odd: ReadonlyMap<string, number>;
}

/**
 * Every method may throw any `ProviderFault`, and nothing else. No method retries; the caller decides whether another
 * try is safe.
 * @see MetaProvider, XProvider, WatchedProvider
 */
export interface ReadingApi {
  /**
   * Reads everything that the grant reaches. `onProgress` is called with the number of accounts found so far; `known` accounts are
   * read one by one where no listing has them.
   */
  discover(
    accessToken: string,
    onProgress?: (found: number) => void,
    known?: readonly KnownAccount[],
  ): Promise<Discovery>;

  /** Reads an account's posts, newest first, page by page, at most `atMost` posts. */
  readPosts(request: PostsRequest): AsyncIterable<PostsPage>;
}
