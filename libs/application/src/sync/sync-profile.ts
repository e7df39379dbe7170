/** One run: reads a profile's newest posts and their figures, page by page, each page written behind a fence. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ReconnectNeeded } from '@domain/connection/connection.js';
import { sentenceOf } from '@domain/connection/health.js';
import { DomainError } from '@domain/errors.js';
import { profileSentence, type ProfileTrouble } from '@domain/profile/status.js';
import { usabilitySentence } from '@domain/profile/usability.js';
import type { OrgId, SyncRunId } from '@domain/ids.js';
import { providerOf } from '@domain/platform.js';
import { costUsd } from '@domain/sync/cost.js';
import { oddRecords, type SyncProblem } from '@domain/sync/sync-problem.js';
import { finalState, SyncOvertaken } from '@domain/sync/sync-run.js';
import { AccessTokens } from '../credentials/access-tokens.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import { Connections, AccountGrants } from '../connections/ports.js';
import { type AccountAccess } from '../credentials/ports.js';
import { withHeartbeat } from '../ports/heartbeat.js';
import { Jobs } from '../ports/jobs.js';
import { CredentialRefused, ProfileRefused, ProviderFault, ProviderThrottled } from '../ports/provider-fault.js';
import { ProviderWaits } from '../ports/provider-waits.js';
import { Providers, type PostsPage } from '../ports/provider.js';
import { CredentialUnreadable } from '../ports/vault.js';
import { Clock, Randomness, Work } from '../ports/work.js';
import { ProfileWatch } from '../profiles/profile-watch.js';
import { Posts, SyncRuns, type ClaimedRun } from './ports.js';

/** What one hourly run looks at. */
const NEWEST_POSTS = 100;

/** An error of ours: its cause stands in the log alone, and the next hour's run tries again. */
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
    private readonly grants: AccountGrants,
    private readonly connections: Connections,
    private readonly posts: Posts,
    private readonly tokens: AccessTokens,
    private readonly seal: CredentialSeal,
    private readonly providers: Providers,
    private readonly waits: ProviderWaits,
    private readonly watch: ProfileWatch,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly random: Randomness,
  ) {}

  async execute({ orgId, runId }: SyncProfile): Promise<void> {
    const begun = await this.work.run(() => this.begin(runId, orgId));
    if (begun === null) return;
    const { run, access } = begun;
    try {
      const problems = await withHeartbeat(
        () => this.work.run(() => this.runs.renew(run)),
        () => this.read(run, access),
      );
      await this.work.run(() => this.runs.complete(run, finalState(problems.map((p) => p.code)), problems));
    } catch (error) {
      const problem = problemOf(error);
      await this.work.run(() => this.failed(run, access, error, problem));
      // For the log: the run has ended, else it would stand in the way of every later one.
      if (problem === UNFORESEEN) throw error;
    }
  }

  /** null: there is nothing to do, or not yet. */
  private async begin(
    runId: SyncRunId,
    orgId: OrgId,
  ): Promise<{ readonly run: ClaimedRun; readonly access: AccountAccess } | null> {
    const run = await this.runs.claim(runId, orgId);
    if (run === null) return null;
    const access = await this.grants.access(run.accountId, orgId);
    if (access === null) return this.runs.complete(run, 'canceled', []).then(() => null);
    if (access.problem !== null) {
      // An account that was not granted is not called, and a mightier token does not take its place.
      const sentence = usabilitySentence(access.problem);
      return this.runs.complete(run, 'failed', [{ code: access.problem, sentence }]).then(() => null);
    }
    const until = await this.waits.until(providerOf(access.platform), subjectOf(access));
    if (until !== null) return this.runs.wait(run, until, 0).then(() => null);
    return { run, access };
  }

  /** What went wrong is charged to what was refused: the app or the account waits, the profile is refused, or the run fails. */
  private async failed(run: ClaimedRun, access: AccountAccess, error: unknown, problem: SyncProblem): Promise<void> {
    // A reconnect or a hand-over has not ended the run, and an active run keeps every later one out. Where a disconnect or
    // another worker has ended it, this changes nothing.
    if (error instanceof SyncOvertaken) return this.runs.complete(run, 'canceled', []);
    const failedCalls = error instanceof ProviderFault ? 1 : 0;
    if (error instanceof ProviderThrottled) {
      return this.runs.wait(run, await this.waits.throttled(error, subjectOf(access)), failedCalls);
    }
    const trouble = troubleOf(error, access);
    if (trouble !== null) await this.watch.refused(access.accountId, access.orgId, trouble);
    await this.runs.complete(run, 'failed', [problem], failedCalls);
  }

  /** Meta reads with the account's own token, which does not rotate; X with the connection's. */
  private async read(run: ClaimedRun, access: AccountAccess): Promise<readonly SyncProblem[]> {
    const { token, grantId, connectionId, orgId, platform } = access;
    if (token === null) {
      return this.tokens.use(connectionId, orgId, (accessToken) => this.readWith(run, access, accessToken));
    }
    // It may outlive the person's own; but nothing is read while the connection needs a person.
    await this.tokens.assertAlive(connectionId, orgId);
    const row = { id: connectionId, orgId, provider: providerOf(platform) };
    try {
      return await this.readWith(run, access, this.seal.openAccountToken(token, grantId, row));
    } catch (error) {
      // The account's token tells too little: the person's own decides whether a role, or everything, was lost, and
      // brings another where it cannot be read.
      const lost = [CredentialRefused, ProfileRefused, CredentialUnreadable].some((kind) => error instanceof kind);
      if (lost) {
        await this.work.run(async () => {
          await this.connections.checkNow([{ id: connectionId, orgId }]);
          await this.jobs.send('recheck-connection', [{ orgId, connectionId, provider: row.provider }]);
        });
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
      await this.connections.recordCall(access.connectionId, run.orgId);
      await this.runs.fence(run, access);
      if (access.refused) await this.watch.recovered(access.accountId, run.orgId);
      const { added, updated } = await this.posts.observe(
        access,
        run.orgId,
        page.posts.map((post) => ({ ...post, id: this.random.id<string>() })),
        page.observedAt,
        run.startedAt,
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

/** Whose calls the provider counts: the account, whichever organisation reads it. */
function subjectOf({ platform, externalId }: AccountAccess): string {
  return `${platform}/${externalId}`;
}

/** What the provider refuses of this one account; null: the error is about something else. */
function troubleOf(error: unknown, { token }: AccountAccess): ProfileTrouble | null {
  if (error instanceof ProfileRefused) return error.reason;
  // Of the account's own token; the other reasons are about the person who connected it.
  const ofAccount = token !== null && error instanceof CredentialRefused && error.reason === 'token_invalid';
  return ofAccount ? 'page_token_refused' : null;
}

function problemOf(error: unknown): SyncProblem {
  if (error instanceof ProfileRefused) return { code: error.code, sentence: profileSentence(error.reason) };
  if (error instanceof ReconnectNeeded) return { code: error.code, sentence: sentenceOf(error.reason) };
  return error instanceof DomainError ? { code: error.code, sentence: error.message } : UNFORESEEN;
}
