/** Runs pg-boss with the program: sends inside our transactions, works where the role allows it. */
import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { sql } from 'kysely';
import { fromKysely, PgBoss } from 'pg-boss';
import { Jobs, type JobName, type JobPayloads } from '@application/ports/jobs.js';
import { inLogContext, type LogFields } from '@application/ports/log-context.js';
import { toWire } from '@application/wire-ids.js';
import { Database } from '../persistence/database.js';
import { asUnavailable } from '../database/unavailable.js';
import { DatabaseUnavailable } from '@application/ports/database-unavailable.js';
import type { PoolOptions } from '../persistence/orm-options.js';
import { QUEUE_SCHEMA, queueOptions } from './queue-options.js';

/** Jobs in progress get this time when the program stops. */
const STOP_WITHIN_MS = 20_000;

@Injectable()
export class Queue extends Jobs implements OnModuleInit, BeforeApplicationShutdown {
  private readonly log = new Logger('Queue');
  private readonly boss: PgBoss;

  constructor(
    databaseUrl: string,
    private readonly database: Database,
    /** Only a process that works maintains the queue's tables. */
    { works, ...pool }: PoolOptions & { readonly works: boolean },
  ) {
    super();
    this.boss = new PgBoss({
      ...queueOptions(databaseUrl, pool),
      migrate: false,
      createSchema: false,
      supervise: works,
    });
    // Without a listener an error of its background work would end the process.
    this.boss.on('error', (error) => {
      if (!(asUnavailable(error) instanceof DatabaseUnavailable)) this.log.error(error.message);
    });
  }

  async onModuleInit(): Promise<void> {
    await this.boss.start();
  }

  override async send<Name extends JobName>(name: Name, payloads: readonly JobPayloads[Name][]): Promise<void> {
    if (payloads.length === 0) return;
    await this.boss.insert(
      name,
      payloads.map((data) => ({ data, ...('provider' in data && { group: { id: data.provider } }) })),
      { db: fromKysely(this.database.transaction()) },
    );
  }

  override async queued<Name extends JobName>(name: Name): Promise<readonly JobPayloads[Name][]> {
    const rows = await this.database.inside(sql<{ data: JobPayloads[Name] }>`
      select data from ${sql.table(`${QUEUE_SCHEMA}.job`)} where name = ${name} and state in ('created', 'retry')`);
    return rows.map((row) => row.data);
  }

  override async work<Name extends JobName>(
    name: Name,
    settings: { readonly concurrency: number; readonly eachProvider?: number },
    work: (payload: JobPayloads[Name]) => Promise<void>,
  ): Promise<void> {
    await this.boss.work<JobPayloads[Name]>(
      name,
      {
        batchSize: 1,
        localConcurrency: settings.concurrency,
        ...(settings.eachProvider !== undefined && { localGroupConcurrency: settings.eachProvider }),
        pollingIntervalSeconds: 0.5,
        burstWhenBatchFull: true,
      },
      async (jobs) => {
        for (const job of jobs) {
          try {
            await inLogContext({ job: name, ...fieldsOf(job.data) }, () => work(job.data));
          } catch (error) {
            // The queue does not log it, and retries by its policy.
            if (!(error instanceof DatabaseUnavailable))
              this.log.error({ err: error, job: name, job_id: job.id, ...fieldsOf(job.data) }, 'A job failed.');
            throw error;
          }
        }
      },
    );
  }

  /** Before the ORM closes its pool. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: STOP_WITHIN_MS });
  }
}

/** The subject of a job, by the ids that the API shows. */
function fieldsOf(payload: object): LogFields {
  const { orgId, connectionId, runId, sessionId } = payload as Record<string, string | undefined>;
  return {
    ...(orgId !== undefined && { org_id: orgId }),
    ...(connectionId !== undefined && { connection_id: toWire('conn', connectionId) }),
    ...(runId !== undefined && { run_id: toWire('run', runId) }),
    ...(sessionId !== undefined && { session_id: toWire('csess', sessionId) }),
  };
}
