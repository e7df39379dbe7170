/** A provider inside the test: one-time refresh tokens that cost the whole family when used twice, and a memory of what it was asked. */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AuthorizeRequest,
  CodeExchange,
  IssuedTokens,
  Revocation,
} from '@application/ports/authorization-server.js';
import { Providers } from '@application/ports/providers.js';
import type { Discovery, FoundAccount, PostsPage } from '@application/ports/reading-api.js';
import {
  CredentialRefused,
  ProviderOutcomeUnknown,
  ProviderUnavailable,
  type ProviderFault,
} from '@application/ports/provider-fault.js';
import type { ExternalPerson } from '@domain/connection/connection.js';
import type { ProviderName } from '@domain/platform.js';
import type { ProviderAdapter } from '@infrastructure/providers/provider-adapter.js';

export const HOUR_MS = 3_600_000;

export class FakeProvider implements ProviderAdapter {
  readonly usesPkce: boolean;
  readonly scopes: readonly string[];
  issuer: string | null = null;
  readonly authorizeOrigin = 'https://provider.example';

  /** Refresh tokens that were presented, in order: the judge of every race. */
  readonly presented: (string | null)[] = [];
  readonly traded: CodeExchange[] = [];
  readonly revoked: Revocation[] = [];
  readonly authorized: AuthorizeRequest[] = [];

  /** What becomes of a refresh: `rotate` does what the provider does, and answers what it answers. */
  whenRefreshed: (rotate: () => IssuedTokens) => Promise<IssuedTokens> = async (rotate) => rotate();
  /** What becomes of the question whose token it is. */
  whenIdentified: (tell: () => ExternalPerson) => Promise<ExternalPerson> = async (tell) => tell();
  whenTraded: (issue: () => IssuedTokens) => Promise<IssuedTokens> = async (issue) => issue();
  /** Pages of a Meta grant; X has the one account of its person. */
  pages = 3;
  /** What every reading of posts brings. */
  reads: PostsPage = { posts: [], observedAt: new Date(), calls: 1, billedReads: 0, problems: [], odd: new Map() };

  private serial = 0;
  private readonly people = new Map<string, string>();
  /** The one refresh token of each person's family that works. */
  private readonly living = new Map<string, string>();

  constructor(readonly name: ProviderName) {
    this.usesPkce = name === 'x';
    this.scopes =
      name === 'x'
        ? ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access']
        : ['pages_show_list', 'pages_read_engagement', 'read_insights', 'pages_manage_posts'];
  }

  authorizeUrl(request: AuthorizeRequest): string {
    this.authorized.push(request);
    return `${this.authorizeOrigin}/authorize?${new URLSearchParams({ state: request.state }).toString()}`;
  }

  /** The code is the name of the person who consents. */
  exchangeCode(exchange: CodeExchange): Promise<IssuedTokens> {
    this.traded.push(exchange);
    return this.whenTraded(() => this.issue(exchange.code));
  }

  identify(accessToken: string): Promise<ExternalPerson> {
    return this.whenIdentified(() => this.person(accessToken));
  }

  discover(accessToken: string): Promise<Discovery> {
    const person = this.person(accessToken);
    return Promise.resolve({
      person,
      scopes: this.scopes,
      accessExpiresAt: undefined,
      dataAccessExpiresAt: null,
      accounts: this.accounts(person),
      odd: new Map(),
    });
  }

  refresh({ refreshToken }: { refreshToken: string | null }): Promise<IssuedTokens> {
    this.presented.push(refreshToken);
    return this.whenRefreshed(() => {
      const [person] = [...this.living].find(([, token]) => token === refreshToken) ?? [];
      if (person !== undefined) return this.issue(person);
      // A token that was used before: its holder may be a thief.
      this.living.clear();
      throw this.refusal();
    });
  }

  async *readPosts(): AsyncIterable<PostsPage> {
    yield await Promise.resolve(this.reads);
  }

  revoke(revocation: Revocation): Promise<'revoked'> {
    this.revoked.push(revocation);
    return Promise.resolve('revoked');
  }

  refusal(): ProviderFault {
    return new CredentialRefused({ provider: this.name }, 'token_invalid');
  }

  /** It may have been carried out: the answer is lost. */
  lost(): ProviderFault {
    return new ProviderOutcomeUnknown({ provider: this.name });
  }

  /** It was certainly not carried out. */
  unavailable(): ProviderFault {
    return new ProviderUnavailable({ provider: this.name });
  }

  private issue(person: string): IssuedTokens {
    this.serial += 1;
    const accessToken = `access-${this.serial}`;
    const refreshToken = this.name === 'x' ? `refresh-${this.serial}` : null;
    this.people.set(accessToken, person);
    if (refreshToken !== null) this.living.set(person, refreshToken);
    const lives = this.name === 'x' ? 2 * HOUR_MS : 60 * 24 * HOUR_MS;
    return { accessToken, accessExpiresAt: new Date(Date.now() + lives), refreshToken, scopes: this.scopes };
  }

  private person(accessToken: string): ExternalPerson {
    const externalUserId = this.people.get(accessToken);
    if (externalUserId === undefined) throw this.refusal();
    return { externalUserId, displayName: `Name of ${externalUserId}`, username: externalUserId, pictureUrl: null };
  }

  private accounts({ externalUserId }: ExternalPerson): FoundAccount[] {
    const known = { username: null, pictureUrl: null, link: null, granted: true, problem: null };
    if (this.name === 'x') {
      return [{ ...known, platform: 'x', externalId: externalUserId, name: externalUserId, token: null, tasks: [] }];
    }
    return Array.from({ length: this.pages }, (_, n) => ({
      ...known,
      platform: 'facebook',
      externalId: `${externalUserId}-page-${n}`,
      name: `Page ${n}`,
      token: `page-token-${n}`,
      tasks: ['ANALYZE', 'CREATE_CONTENT', 'MANAGE'],
    }));
  }
}

/** Both providers, replaced by fresh ones where a test begins again; every process asks the same. */
export class FakeProviders extends Providers {
  x = new FakeProvider('x');
  meta = new FakeProvider('meta');

  override authorizationServer(name: ProviderName): FakeProvider {
    return this[name];
  }

  override readingApi(name: ProviderName): FakeProvider {
    return this[name];
  }

  override configured(): readonly ProviderName[] {
    return ['meta', 'x'];
  }

  override connectedAppsUrl(name: ProviderName): string {
    return `https://${name}.example/apps`;
  }
}

/** A door that a test opens when it likes. */
export class Door {
  private readonly opening = Promise.withResolvers<void>();
  private readonly arriving = Promise.withResolvers<void>();

  /** Settles once somebody stands before it. */
  readonly reached = this.arriving.promise;

  async pass(): Promise<void> {
    this.arriving.resolve();
    await this.opening.promise;
  }

  open(): void {
    this.opening.resolve();
  }
}

/** What it came to within the time; `still waiting` where it did not. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T | 'still waiting'> {
  return Promise.race([promise, sleep(ms, 'still waiting' as const, { ref: false })]);
}
