/** The port of a provider, with one adapter each for Meta and X, and the registry of adapters. */
import type { Platform, ProviderName } from '@domain/platform.js';
import type { GrantProblem } from '@domain/profile/usability.js';
import type { MetricName, MetricValue } from '@domain/sync/metric.js';
import type { SyncProblem } from '@domain/sync/sync-problem.js';

export interface AuthorizeRequest {
  /** 43 characters of base64url; echoed back by the provider. */
  readonly state: string;
  /** Exactly as registered at the provider. */
  readonly redirectUri: string;
  /** S256 challenge (RFC 7636 §4.2), for providers with `usesPkce`. */
  readonly codeChallenge?: string;
  /** `choose_again` asks the provider to show its account picker again; `reauthorize` renews data access. */
  readonly intent: 'connect' | 'choose_again' | 'reauthorize';
}

export interface CodeExchange {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier?: string;
}

/** Plaintext tokens, fresh from the provider. They stay in local variables only, until the vault seals them. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** As the provider says, else by the documented lifetime. null: it does not expire. */
  readonly accessExpiresAt: Date | null;
  /** null: none was given (Meta never gives one; X only with `offline.access`; keep the stored one then). */
  readonly refreshToken: string | null;
  /** null where the answer does not name them. */
  readonly scopes: readonly string[] | null;
}

/** The human being who consented, under the provider's (app-scoped) id. */
export interface Person {
  readonly externalUserId: string;
  /** null, as below: could not be read. Only the id has to be there. */
  readonly displayName: string | null;
  readonly username: string | null;
  readonly pictureUrl: string | null;
}

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
  readonly person: Person;
  /** null: the provider has no call for it (X); the scopes of the sign-in count. */
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

export interface Revocation {
  /** null: not known, which is enough at X alone. */
  readonly externalUserId: string | null;
  /** Set on X, whose tokens are revoked themselves; Meta's grant is revoked with the app's token. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
}

/**
 * Every method may throw any `ProviderFault`, and nothing else. No method retries; the caller decides whether another
 * try is safe.
 * @see MetaProvider, XProvider, WatchedProvider
 */
export abstract class Provider {
  abstract readonly name: ProviderName;
  abstract readonly usesPkce: boolean;
  /** The scopes that a connect asks for. */
  abstract readonly scopes: readonly string[];
  /**
   * What `iss` has to be where the callback brings one (RFC 9207 §2.4). null: the provider defines none, as neither
   * Meta nor X does; then an `iss` is ignored. A callback path for each provider keeps them apart in any case.
   */
  abstract readonly issuer: string | null;
  /** Origin of the authorize page: the connect page's form has to be allowed to lead there. */
  abstract readonly authorizeOrigin: string;

  abstract authorizeUrl(request: AuthorizeRequest): string;

  /**
   * Exchanges a code, once. For Meta it also exchanges the result for the long-lived token.
   * @throws CodeRefused for a code that is invalid; any ProviderFault
   */
  abstract exchangeCode(exchange: CodeExchange): Promise<IssuedTokens>;

  abstract identify(accessToken: string): Promise<Person>;

  /**
   * Everything the grant reaches. `onProgress` is called with the number of accounts found so far; `known` accounts are
   * read one by one where no listing has them.
   */
  abstract discover(
    accessToken: string,
    onProgress?: (found: number) => void,
    known?: readonly KnownAccount[],
  ): Promise<Discovery>;

  /**
   * A new access token. X: presents the one-time refresh token. Meta: exchanges the user token again, which may or may
   * not move its expiry. `CredentialRefused` is a definite refusal of this token; `ProviderOutcomeUnknown` means that a
   * rotation may have happened.
   */
  abstract refresh(token: {
    readonly accessToken: string;
    readonly refreshToken: string | null;
  }): Promise<IssuedTokens>;

  /** Newest first, page by page, at most `atMost` posts. */
  abstract readPosts(request: PostsRequest): AsyncIterable<PostsPage>;

  /** Revokes the grant. `already_gone`: the provider had no such grant any more. */
  abstract revoke(revocation: Revocation): Promise<'revoked' | 'already_gone'>;
}

/**
 * The adapters that this deployment is configured for.
 * @see ConfiguredProviders
 */
export abstract class Providers {
  /** @throws ProviderNotConfigured */
  abstract of(name: ProviderName): Provider;
  abstract configured(): readonly ProviderName[];
  /** Where people see and remove our access, also at a provider that is no longer configured. */
  abstract connectedAppsUrl(name: ProviderName): string;
}
