/** The port of the queue: a job is a name and ids, sent in the transaction that makes it necessary. */
import type { ProviderName } from '@domain/platform.js';

/** Every kind of job and what it carries. Ids only: the queue's tables hold no secret. */
export interface JobPayloads {
  'discover-profiles': { readonly orgId: string; readonly sessionId: string };
  'recheck-connection': { readonly orgId: string; readonly connectionId: string; readonly provider: ProviderName };
  'sync-profile': { readonly orgId: string; readonly runId: string };
  'act-on-callback': { readonly callbackId: string };
  'write-export': { readonly orgId: string; readonly exportId: string };
  'revoke-grant': { readonly revocationId: string };
  'send-mail': { readonly mailId: string };
  'fetch-picture': { readonly pictureId: string };
}
export type JobName = keyof JobPayloads;

/** How often the queue itself tries a job again, and after how many seconds it counts one as lost. */
export interface JobPolicy {
  readonly retryLimit: number;
  /** Seconds. */
  readonly retryDelay?: number;
  readonly retryBackoff?: boolean;
  readonly retryDelayMax?: number;
  readonly expireInSeconds: number;
}

/**
 * Retries belong to the transport: what must survive a loss of the queue (due syncs, the outbox) is stored in our own
 * tables. A dead-letter queue would hold nothing that those tables do not have.
 */
export const JOB_POLICIES: Readonly<Record<JobName, JobPolicy>> = {
  // The tables say when work is tried again (docs/durable-work.md).
  'discover-profiles': { retryLimit: 0, expireInSeconds: 900 },
  'recheck-connection': { retryLimit: 0, expireInSeconds: 300 },
  'sync-profile': { retryLimit: 0, expireInSeconds: 900 },
  'write-export': { retryLimit: 0, expireInSeconds: 900 },
  'act-on-callback': { retryLimit: 0, expireInSeconds: 300 },
  'revoke-grant': { retryLimit: 0, expireInSeconds: 60 },
  'fetch-picture': { retryLimit: 0, expireInSeconds: 60 },
  'send-mail': { retryLimit: 0, expireInSeconds: 60 },
};

/** @see Queue */
export abstract class Jobs {
  /** Inside a run: the job exists if, and only if, the transaction commits. */
  abstract send<Name extends JobName>(name: Name, payloads: readonly JobPayloads[Name][]): Promise<void>;

  /** Inside a run: jobs that were sent and have not begun. Work that is due and has no job in the queue is sent again. */
  abstract queued<Name extends JobName>(name: Name): Promise<readonly JobPayloads[Name][]>;

  /**
   * Runs `work` for each job, in this process, `concurrency` at a time. Where `work` throws, the queue retries by its
   * own policy.
   * @param settings.eachProvider of jobs that name their provider, so many for each provider at a time: where one
   *   provider hangs, the jobs of the others do not wait
   */
  abstract work<Name extends JobName>(
    name: Name,
    settings: { readonly concurrency: number; readonly eachProvider?: number },
    work: (payload: JobPayloads[Name]) => Promise<void>,
  ): Promise<void>;
}
