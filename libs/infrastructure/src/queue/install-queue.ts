/** Creates the queue's own schema and its queues during the migration; the program then only uses them. */
import { PgBoss } from 'pg-boss';
import { JOB_POLICIES } from '@application/ports/jobs.js';
import { queueOptions } from './queue-options.js';

/** Finished jobs hold nothing that our own tables do not have. */
const KEEP_FINISHED_SECONDS = 3_600;

export async function installQueue(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({
    ...queueOptions(databaseUrl, { size: 1, patient: true }),
    supervise: false,
  });
  boss.on('error', () => undefined);
  await boss.start();
  try {
    for (const [name, options] of Object.entries(JOB_POLICIES)) {
      const settings = { ...options, deleteAfterSeconds: KEEP_FINISHED_SECONDS };
      if ((await boss.getQueue(name)) === null) await boss.createQueue(name, settings);
      else await boss.updateQueue(name, settings);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}
