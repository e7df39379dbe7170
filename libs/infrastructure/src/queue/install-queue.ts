/** The queue's own schema and its queues, made by whoever migrates; the program then only uses them. */
import { PgBoss } from 'pg-boss';
import type { JobName } from '@application/ports/jobs.js';
import { queueOptions } from './queue-options.js';

/**
 * Retries belong to the transport: what must survive it (due syncs, the outbox) stands in our own tables.
 * A dead letter would hold nothing that those tables do not know.
 */
const QUEUES: Record<JobName, QueueSettings> = {
  // Sessions, connections and runs say themselves when they are tried again.
  'discover-profiles': { retryLimit: 0, expireInSeconds: 900 },
  'recheck-connection': { retryLimit: 0, expireInSeconds: 300 },
  'sync-profile': { retryLimit: 0, expireInSeconds: 900 },
  'write-export': { retryLimit: 3, retryDelay: 5, retryBackoff: true, retryDelayMax: 60, expireInSeconds: 900 },
  // What Meta asked for, and the outbox, have their own times.
  'act-on-callback': { retryLimit: 0, expireInSeconds: 300 },
  'revoke-grant': { retryLimit: 0, expireInSeconds: 60 },
  'fetch-picture': { retryLimit: 0, expireInSeconds: 60 },
  'send-mail': { retryLimit: 0, expireInSeconds: 60 },
};

interface QueueSettings {
  readonly retryLimit: number;
  /** Seconds. */
  readonly retryDelay?: number;
  readonly retryBackoff?: boolean;
  readonly retryDelayMax?: number;
  readonly expireInSeconds: number;
}

/** Finished jobs say nothing that our own tables do not say better. */
const KEEP_FINISHED_SECONDS = 3_600;

export async function installQueue(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({
    ...queueOptions(databaseUrl, { size: 1, patient: true }),
    supervise: false,
  });
  boss.on('error', () => undefined);
  await boss.start();
  try {
    for (const [name, options] of Object.entries(QUEUES)) {
      const settings = { ...options, deleteAfterSeconds: KEEP_FINISHED_SECONDS };
      if ((await boss.getQueue(name)) === null) await boss.createQueue(name, settings);
      else await boss.updateQueue(name, settings);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}
