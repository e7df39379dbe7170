/** One run: reads a profile's newest posts and their figures, page by page, each page written behind a fence. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DomainError } from '@domain/errors.js';
import type { OrgId, SyncRunId } from '@domain/ids.js';
import { providerOf } from '@domain/platform.js';
import { costUsd } from '@domain/sync/cost.js';
import { oddRecords, type SyncProblem } from '@domain/sync/sync-problem.js';
import { finalState, SyncOvertaken } from '@domain/sync/sync-run.js';
import { AccessTokens } from '../connections/access-tokens.js';
import { CredentialSeal } from '../connections/credential-seal.js';
import { Connections, Grants, type AccountAccess } from '../connections/ports.js';
import { Jobs } from '../ports/jobs.js';
import { CredentialRefused, ProfileRefused } from '../ports/provider-fault.js';
import { Providers, type PostsPage } from '../ports/provider.js';
import { CredentialUnreadable } from '../ports/vault.js';
import { Clock, Randomness, Work } from '../ports/work.js';
import { Posts, SyncRuns, type ClaimedRun } from './ports.js';

/** What one hourly run looks at. */
const NEWEST_POSTS = 100;

/** An error of ours: told to nobody, and the next hour's run tries again. */
const UNFORESEEN = { code: 'internal_error', sentence: 'Something went wrong here. The next run tries again.' };

export class SyncProfile extends Command<void> {
  constructor(
    readonly orgId: OrgId,
    readonly runId: SyncRunId,
  ) {
    super();
  }
}

@CommandHandler(SyncProfile)
export class SyncProfileHandler implements ICommandHandler<SyncProfile> {
  constructor(
    private readonly work: Work,
    private readonly runs: SyncRuns,
    private readonly grants: Grants,
    private readonly connections: Connections,
    private readonly posts: Posts,
    private readonly tokens: AccessTokens,
    private readonly seal: CredentialSeal,
    private readonly providers: Providers,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly random: Randomness,
  ) {}

  async execute({ orgId, runId }: SyncProfile): Promise<void> {
    const begun = await this.work.run(async () => {
      const run = await this.runs.claim(runId, orgId);
      return run && { run, access: await this.grants.access(run.accountId, orgId) };
    });
    if (begun === null) return;
    const { run, access } = begun;
    if (access === null) return this.work.run(() => this.runs.end(run, 'canceled', []));

    try {
      const problems = await this.read(run, access);
      await this.work.run(() => this.runs.end(run, finalState(problems.map((p) => p.code)), problems));
    } catch (error) {
      // By a reconnect or a hand-over nobody has ended it, and under way it would stand in the way of every later one.
      // Where a disconnect or another worker overtook it, this changes nothing.
      if (error instanceof SyncOvertaken) return this.work.run(() => this.runs.end(run, 'canceled', []));
      const problem = error instanceof DomainError ? { code: error.code, sentence: error.message } : UNFORESEEN;
      await this.work.run(() => this.runs.end(run, 'failed', [problem]));
      // For the log: the run has ended, else it would stand in the way of every later one.
      if (problem === UNFORESEEN) throw error;
    }
  }

  /** Meta reads with the account's own token, which does not rotate; X with the connection's. */
  private async read(run: ClaimedRun, access: AccountAccess): Promise<readonly SyncProblem[]> {
    const { token, grantId, connectionId, orgId, platform } = access;
    if (token === null) {
      return this.tokens.use(connectionId, orgId, (accessToken) => this.readWith(run, access, accessToken));
    }
    const row = { id: connectionId, orgId, provider: providerOf(platform) };
    try {
      return await this.readWith(run, access, this.seal.openAccountToken(token, grantId, row));
    } catch (error) {
      // The account's token tells too little: the person's own decides whether a role, or everything, was lost, and
      // brings another where it cannot be read.
      const lost = [CredentialRefused, ProfileRefused, CredentialUnreadable].some((kind) => error instanceof kind);
      if (lost) {
        await this.work.run(() =>
          this.jobs.send('recheck-connection', [{ orgId, connectionId, provider: row.provider }]),
        );
      }
      throw error;
    }
  }

  private async readWith(run: ClaimedRun, access: AccountAccess, token: string): Promise<readonly SyncProblem[]> {
    // By code: each page tells of the same trouble again.
    const problems = new Map<string, SyncProblem>();
    const odd = new Map<string, number>();
    const pages = this.providers.of(providerOf(access.platform)).readPosts({
      platform: access.platform,
      externalId: access.externalId,
      token,
      scopes: access.scopes,
      now: this.clock.now(),
      atMost: NEWEST_POSTS,
    });
    for await (const page of pages) {
      await this.write(run, access, page);
      for (const problem of page.problems) problems.set(problem.code, problem);
      for (const [where, times] of page.odd) odd.set(where, (odd.get(where) ?? 0) + times);
    }
    const records = oddRecords(odd);
    return records === null ? [...problems.values()] : [...problems.values(), records];
  }

  private write(run: ClaimedRun, access: AccountAccess, page: PostsPage): Promise<void> {
    return this.work.run(async () => {
      // Before the fence shares the connection's row: two runs that share it would each wait for the other to write it.
      await this.connections.called(access.connectionId, run.orgId);
      await this.runs.fence(run, access);
      const { added, updated } = await this.posts.observe(
        access,
        run.orgId,
        page.posts.map((post) => ({ ...post, id: this.random.id<string>() })),
        page.observedAt,
      );
      await this.runs.count(run, {
        seen: page.posts.length,
        added,
        updated,
        calls: page.calls,
        billedReads: page.billedReads,
        costUsd: costUsd(access.platform, page.billedReads),
      });
    });
  }
}
