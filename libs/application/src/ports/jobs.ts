/** The queue, as verbs see it: a job is a name and ids, sent with the transaction that makes it necessary. */
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

/** How often the queue itself tries a job again, and after how many seconds it takes one for dead. */
export interface JobPolicy {
  readonly retryLimit: number;
  /** Seconds. */
  readonly retryDelay?: number;
  readonly retryBackoff?: boolean;
  readonly retryDelayMax?: number;
  readonly expireInSeconds: number;
}

/**
 * Retries belong to the transport: what must survive it (due syncs, the outbox) stands in our own tables.
 * A dead letter would hold nothing that those tables do not know.
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

export abstract class Jobs {
  /** Inside a run: the job exists if, and only if, the transaction commits. */
  abstract send<Name extends JobName>(name: Name, payloads: readonly JobPayloads[Name][]): Promise<void>;

  /** Inside a run: what was sent and not begun. What is due and stands in no queue was lost with it, and is sent again. */
  abstract queued<Name extends JobName>(name: Name): Promise<readonly JobPayloads[Name][]>;

  /**
   * Hands each job to `work`, in this process, `concurrency` at a time. What `work` throws is tried again by the
   * queue's own rule.
   * @param settings.eachProvider of jobs that name their provider, so many for each one at a time: where a provider
   *   hangs, the others' jobs are not behind its own
   */
  abstract work<Name extends JobName>(
    name: Name,
    settings: { readonly concurrency: number; readonly eachProvider?: number },
    work: (payload: JobPayloads[Name]) => Promise<void>,
  ): Promise<void>;
}
