/** Reads an account's newest posts and their figures from its provider, with the token that belongs to the account. */
import { Injectable } from '@nestjs/common';
import { providerOf } from '@domain/platform.js';
import { oddRecords, type SyncProblem } from '@domain/sync/sync-problem.js';
import { Connections } from '../connections/ports.js';
import { AccessTokens } from '../credentials/access-tokens.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import type { AccountAccess } from '../credentials/ports.js';
import { Jobs } from '../ports/jobs.js';
import { CredentialRefused, ProfileRefused } from '../ports/provider-fault.js';
import { Providers } from '../ports/providers.js';
import type { PostsPage } from '../ports/reading-api.js';
import { CredentialUnreadable } from '../ports/vault.js';
import { Clock, Work } from '../ports/work.js';

/** How many posts one hourly run reads. */
const NEWEST_POSTS = 100;

type OnPage = (page: PostsPage) => Promise<void>;

@Injectable()
export class AccountReader {
  constructor(
    private readonly work: Work,
    private readonly connections: Connections,
    private readonly tokens: AccessTokens,
    private readonly seal: CredentialSeal,
    private readonly providers: Providers,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads from Meta with the account's own token, which does not rotate, and from X with the connection's.
   * @returns what could not be read, once for each kind
   * @throws ReconnectNeeded, ConnectionNotFound, CredentialUnreadable, any ProviderFault, and whatever `onPage` throws
   */
  async read(access: AccountAccess, onPage: OnPage): Promise<readonly SyncProblem[]> {
    const { token, grantId, connectionId, orgId, platform } = access;
    if (token === null) {
      return this.tokens.use(connectionId, orgId, (accessToken) => this.readWith(accessToken, access, onPage));
    }
    // It may be valid longer than the person's own; but nothing is read while the connection needs a person.
    await this.tokens.assertAlive(connectionId, orgId);
    try {
      const row = { id: connectionId, orgId, provider: providerOf(platform) };
      return await this.readWith(this.seal.openAccountToken(token, grantId, row), access, onPage);
    } catch (error) {
      // A refusal of the account's token does not tell enough: a discovery with the person's own shows whether the
      // role, or the whole grant, was lost, and stores a new account token where the old one cannot be decrypted.
      const lost = [CredentialRefused, ProfileRefused, CredentialUnreadable].some((kind) => error instanceof kind);
      if (lost) await this.recheck(access);
      throw error;
    }
  }

  private async readWith(token: string, access: AccountAccess, onPage: OnPage): Promise<readonly SyncProblem[]> {
    // By code: each page reports the same problem again.
    const problems = new Map<string, SyncProblem>();
    const odd = new Map<string, number>();
    const pages = this.providers.readingApi(providerOf(access.platform)).readPosts({
      platform: access.platform,
      externalId: access.externalId,
      token,
      scopes: access.scopes,
      now: this.clock.now(),
      atMost: NEWEST_POSTS,
    });
    for await (const page of pages) {
      await onPage(page);
      for (const problem of page.problems) problems.set(problem.code, problem);
      for (const [where, times] of page.odd) odd.set(where, (odd.get(where) ?? 0) + times);
    }
    const records = oddRecords(odd);
    return records === null ? [...problems.values()] : [...problems.values(), records];
  }

  private recheck({ connectionId, orgId, platform }: AccountAccess): Promise<void> {
    return this.work.run(async () => {
      await this.connections.checkNow([{ id: connectionId, orgId }]);
      await this.jobs.send('recheck-connection', [{ orgId, connectionId, provider: providerOf(platform) }]);
    });
  }
}
