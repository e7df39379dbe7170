/** What the verbs ask of the schedule, the sync log and the store of posts. */
import type { OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import type { SyncProblem } from '@domain/sync/sync-problem.js';
import type { SyncState, SyncTrigger } from '@domain/sync/sync-run.js';
import type { AccountAccess } from '../credentials/ports.js';
import type { Claimed, WorkPolicy } from '../ports/durable-work.js';
import { LEASE_SECONDS, SENT_SECONDS } from '../ports/heartbeat.js';
import type { ObservedPost } from '../ports/provider.js';

export abstract class Schedule {
  /**
   * Claims profiles whose time has come, at most `limit`, by putting each on to its next hour, in the transaction that
   * enters their runs. Any number of processes may
   * ask at once; none gets what another has. Those of an organisation whose jobs do not run wait.
   */
  abstract claimDue(
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

/** A run that fails has ended, and the next hour's is another one: it is only claimed again where its worker was lost. */
export const SYNC_RUN_POLICY: WorkPolicy = {
  // Each page renews it, and so does a beat every twenty seconds.
  leaseSeconds: LEASE_SECONDS,
  sentSeconds: SENT_SECONDS,
  backoff: { firstSeconds: 60, mostSeconds: 60 },
  giveUpAfter: { tries: 6 },
};

export interface ClaimedRun extends Claimed {
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
   * null where it has ended, waits, or is held by another worker. It begins from the first page,
   * and so does the count of its posts; calls and their cost add up.
   */
  abstract claim(id: SyncRunId, orgId: OrgId): Promise<ClaimedRun | null>;
  /**
   * The fence before every write: holds the run against others until the end of the transaction.
   * Throws `SyncOvertaken` where run, profile or connection have moved on.
   */
  abstract fence(run: ClaimedRun, access: AccountAccess): Promise<void>;
  abstract renew(run: ClaimedRun): Promise<void>;
  abstract count(run: ClaimedRun, page: PageCounts): Promise<void>;
  /** @param failedCalls that came to nothing: they count as well */
  abstract complete(
    run: ClaimedRun,
    state: SyncState,
    problems: readonly SyncProblem[],
    failedCalls?: number,
  ): Promise<void>;
  /** The provider wants no call before that time: no worker claims the run until then. It does not count as a try. */
  abstract wait(run: ClaimedRun, until: Date, failedCalls: number): Promise<void>;
  /** Ends as failed those whose last worker was lost as well: what is under way keeps every later run out. */
  abstract giveUpStalled(): Promise<void>;
  /** Those that need a job: due, held by no worker, and in no queue. */
  abstract requeueStalled(
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
