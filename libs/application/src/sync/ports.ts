/** What the verbs ask of the schedule, the sync log and the store of posts. */
import type { OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import type { SyncProblem } from '@domain/sync/sync-problem.js';
import type { SyncState, SyncTrigger } from '@domain/sync/sync-run.js';
import type { AccountAccess } from '../credentials/ports.js';
import type { ObservedPost } from '../ports/provider.js';

export abstract class Schedule {
  /**
   * Takes profiles whose time has come, at most `limit`, and puts each on to its next hour. Any number of processes may
   * ask at once; none gets what another has. Suspended organisations wait.
   */
  abstract takeDue(
    limit: number,
  ): Promise<readonly { readonly profileId: ProfileId; readonly orgId: OrgId; readonly slot: Date }[]>;
}

export interface NewRun {
  readonly id: SyncRunId;
  readonly orgId: OrgId;
  readonly accountId: ProfileId;
  readonly trigger: SyncTrigger;
  readonly slot: Date | null;
}

export interface ClaimedRun {
  readonly id: SyncRunId;
  readonly orgId: OrgId;
  readonly accountId: ProfileId;
  readonly epoch: number;
  /** When it was first begun: what was first seen since then is new, also to a worker that takes it over. */
  readonly startedAt: Date;
}

export interface PageCounts {
  readonly seen: number;
  readonly added: number;
  readonly updated: number;
  readonly calls: number;
  readonly billedReads: number;
  readonly costUsd: number;
}

export abstract class SyncRuns {
  /** Enters runs into the log, except where the profile has one under way or had one in that slot; answers those entered. */
  abstract enter(runs: readonly NewRun[]): Promise<readonly NewRun[]>;
  /** The runs under way for these profiles. */
  abstract active(accountIds: readonly ProfileId[], orgId: OrgId): Promise<readonly SyncRunId[]>;
  /**
   * Takes a queued or orphaned run for one worker; null where there is nothing to take. It begins from the first page,
   * and so does the count of its posts; calls and their cost add up.
   */
  abstract claim(id: SyncRunId, orgId: OrgId): Promise<ClaimedRun | null>;
  /**
   * The fence before every write: holds the run against others until the end of the transaction.
   * Throws `SyncOvertaken` where run, profile or connection have moved on.
   */
  abstract fence(run: ClaimedRun, access: AccountAccess): Promise<void>;
  /** A sign of life between pages. */
  abstract renew(run: ClaimedRun): Promise<void>;
  abstract count(run: ClaimedRun, page: PageCounts): Promise<void>;
  /** @param failedCalls that came to nothing: they count as well */
  abstract end(
    run: ClaimedRun,
    state: SyncState,
    problems: readonly SyncProblem[],
    failedCalls?: number,
  ): Promise<void>;
  /** The provider wants no call before that time: no worker takes the run until then. */
  abstract wait(run: ClaimedRun, until: Date, failedCalls: number): Promise<void>;
  /**
   * Runs that no worker holds and that stand in no queue: their job was lost, or its process died. Told once, they count
   * as taken up; one that was taken up again and again and never got anywhere is ended as failed, and not told.
   */
  abstract stalled(
    limit: number,
    queued: readonly SyncRunId[],
  ): Promise<readonly { readonly id: SyncRunId; readonly orgId: OrgId }[]>;
}

export abstract class Posts {
  /**
   * Writes a page of observations in bulk: known posts are updated, the later observation of a metric wins. What could not
   * be read, and a metric that was not given, leave what is known as it is.
   */
  abstract observe(
    account: AccountAccess,
    orgId: OrgId,
    posts: readonly (ObservedPost & { readonly id: string })[],
    observedAt: Date,
    /** Posts that were first seen since then count as new. */
    since: Date,
  ): Promise<{ readonly added: number; readonly updated: number }>;
  abstract countOf(accountIds: readonly ProfileId[], orgId: OrgId): Promise<number>;
}
