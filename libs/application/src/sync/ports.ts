/** Ports of the schedule, the sync log and the store of posts. */
import type { OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import type { SyncProblem } from '@domain/sync/sync-problem.js';
import type { SyncState, SyncTrigger } from '@domain/sync/sync-run.js';
import type { AccountAccess } from '../credentials/ports.js';
import type { Claimed, WorkPolicy } from '../ports/durable-work.js';
import { LEASE_SECONDS, SENT_SECONDS } from '../ports/heartbeat.js';
import type { ObservedPost } from '../ports/reading-api.js';

/** @see PostgresSchedule */
export abstract class Schedule {
  /**
   * Claims profiles that are due, at most `limit`, by moving each to its next hour, in the transaction that enters
   * their runs. Several processes get different ones. Those of an organisation whose jobs do not run wait.
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

/** A run that fails has ended, and the next hour has a new one: a run is only claimed again where its worker was lost. */
export const SYNC_RUN_POLICY: WorkPolicy = {
  // Each page renews it, and so does a heartbeat every twenty seconds.
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
  /** When it first began: posts first seen since then count as new, also for a worker that takes the run over. */
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

/** @see PostgresSyncRuns */
export abstract class SyncRuns {
  /**
   * Enters runs into the log, except where the profile has one in progress or had one in that slot; returns those
   * entered.
   */
  abstract enter(runs: readonly NewRun[]): Promise<readonly NewRun[]>;
  /** The runs in progress of these profiles. */
  abstract active(accountIds: readonly ProfileId[], orgId: OrgId): Promise<readonly SyncRunId[]>;
  /**
   * null where it has ended, waits, or is claimed by another worker. It starts again at the first page, and counts its
   * posts again; calls and their cost add up.
   */
  abstract claim(id: SyncRunId, orgId: OrgId): Promise<ClaimedRun | null>;
  /**
   * The fence before every write: locks the run until the end of the transaction.
   * @throws SyncOvertaken where another worker has the run, or profile or connection changed
   */
  abstract fence(run: ClaimedRun, access: AccountAccess): Promise<void>;
  abstract renew(run: ClaimedRun): Promise<void>;
  abstract count(run: ClaimedRun, page: PageCounts): Promise<void>;
  /** @param failedCalls calls without a result: they count as well */
  abstract complete(
    run: ClaimedRun,
    state: SyncState,
    problems: readonly SyncProblem[],
    failedCalls?: number,
  ): Promise<void>;
  /** The provider asked to wait: no worker claims the run before that time. It does not count as a try. */
  abstract wait(run: ClaimedRun, until: Date, failedCalls: number): Promise<void>;
  /**
   * Ends as failed those whose tries are used up and whose worker was lost: a run in progress would block every later
   * run.
   */
  abstract giveUpStalled(): Promise<void>;
  /** Marks as sent, and returns, those that need a job: due, claimed by no worker, and in no queue. */
  abstract requeueStalled(
    limit: number,
    queued: readonly SyncRunId[],
  ): Promise<readonly { readonly id: SyncRunId; readonly orgId: OrgId }[]>;
}

/** @see PostgresPosts */
export abstract class Posts {
  /**
   * Writes a page of observations in bulk: known posts are updated, the later observation of a metric wins. A value
   * that could not be read, and a metric that is missing, leave the stored one.
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
