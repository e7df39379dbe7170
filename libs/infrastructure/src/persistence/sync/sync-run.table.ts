/** Stores the sync log: one active run per profile, one scheduled run per hour, and a fence before every write. */
import { Injectable, Logger } from '@nestjs/common';
import { sql } from 'kysely';
import type { AccountAccess } from '@application/credentials/ports.js';
import type { Claimed } from '@application/ports/durable-work.js';
import { SYNC_RUN_POLICY, SyncRuns, type ClaimedRun, type NewRun, type PageCounts } from '@application/sync/ports.js';
import { toWire } from '@application/wire-ids.js';
import type { SyncProblem } from '@domain/sync/sync-problem.js';
import type { OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import { SyncOvertaken, type SyncState } from '@domain/sync/sync-run.js';
import { Database, date } from '../database.js';
import { DurableWork, type WorkShape } from '../durable-work.js';

const INTERRUPTED: SyncProblem = {
  code: 'interrupted',
  sentence: 'The work on it was interrupted again and again. The next run tries again.',
};

type RunKey = Pick<ClaimedRun, 'id' | 'orgId'>;
type Run = Omit<ClaimedRun, keyof Claimed>;
type RunRow = Omit<Run, 'startedAt'> & { readonly startedAt: string };
const SHAPE: WorkShape<RunKey, Run, RunRow> = {
  table: 'sync_run',
  policy: SYNC_RUN_POLICY,
  open: sql`w.state in ('queued', 'running', 'waiting')`,
  // The epoch as well: a worker that was overtaken has another one.
  key: ({ id, orgId, epoch }) => sql`w.id = ${id} and w.org_id = ${orgId}
    ${epoch === undefined ? sql`` : sql`and w.epoch = ${epoch} and w.state = 'running'`}`,
  claiming: sql`state = 'running', epoch = w.epoch + 1, started_at = coalesce(w.started_at, app.now()), posts_seen = 0,
    posts_new = 0, posts_updated = 0`,
  returning: sql`w.id, w.org_id as "orgId", w.account_id as "accountId", w.epoch, w.started_at as "startedAt"`,
  read: (row) => ({ ...row, startedAt: date(row.startedAt) }),
};

@Injectable()
export class PostgresSyncRuns extends SyncRuns {
  private readonly log = new Logger('Sync');

  private readonly work: DurableWork<RunKey, Run, RunRow>;

  constructor(private readonly database: Database) {
    super();
    this.work = new DurableWork(database, SHAPE);
  }

  override async enter(runs: readonly NewRun[]): Promise<readonly NewRun[]> {
    if (runs.length === 0) return [];
    const entered = await this.database.inside(sql<{ id: SyncRunId }>`
      insert into app.sync_run (id, org_id, account_id, trigger, slot, state)
      select *, 'queued' from unnest(${runs.map((run) => run.id)}::uuid[], ${runs.map((run) => run.orgId)}::text[],
        ${runs.map((run) => run.accountId)}::uuid[], ${runs.map((run) => run.trigger)}::text[],
        ${runs.map((run) => run.slot)}::timestamptz[])
      on conflict do nothing
      returning id`);
    const ids = new Set(entered.map((row) => row.id));
    return runs.filter((run) => ids.has(run.id));
  }

  override async active(accountIds: readonly ProfileId[], orgId: OrgId): Promise<readonly SyncRunId[]> {
    const rows = await this.database.inside(sql<{ id: SyncRunId }>`
      select id from app.sync_run
      where org_id = ${orgId} and account_id = any(${[...accountIds]}::uuid[])
        and state in ('queued', 'running', 'waiting')
      order by id`);
    return rows.map((row) => row.id);
  }

  override claim(id: SyncRunId, orgId: OrgId): Promise<ClaimedRun | null> {
    return this.work.claim({ id, orgId });
  }

  /** Locks in the order of all statements that change them: connection, profile, run. */
  override async fence(run: ClaimedRun, access: AccountAccess): Promise<void> {
    const held = await this.database.inside(sql`
      select 1
      from app.sync_run r
      join app.profile p on p.org_id = r.org_id and p.id = r.account_id
      join app.connection c on c.org_id = p.org_id and c.id = p.connection_id
      where r.id = ${run.id} and r.org_id = ${run.orgId} and r.epoch = ${run.epoch} and r.state = 'running' and p.track
        and c.id = ${access.connectionId} and c.epoch = ${access.connectionEpoch}
      for share of c, p, r`);
    if (held.length === 0) throw new SyncOvertaken();
  }

  override renew(run: ClaimedRun): Promise<void> {
    return this.work.renew(run);
  }

  override async count(run: ClaimedRun, page: PageCounts): Promise<void> {
    await this.database.inside(sql`
      update app.sync_run set posts_seen = posts_seen + ${page.seen}, posts_new = posts_new + ${page.added},
        posts_updated = posts_updated + ${page.updated}, calls = calls + ${page.calls},
        billed_reads = billed_reads + ${page.billedReads}, cost_usd = cost_usd + ${page.costUsd},
        next_at = ${this.work.leaseEnd}
      where id = ${run.id} and org_id = ${run.orgId}`);
  }

  override wait(run: ClaimedRun, until: Date, failedCalls: number): Promise<void> {
    return this.work.whileHeld(
      run,
      sql`state = 'waiting', tries = w.tries - 1, calls = w.calls + ${failedCalls}, ${this.work.dueAgain(sql`${until}`)}`,
    );
  }

  override async complete(
    run: ClaimedRun,
    state: SyncState,
    problems: readonly SyncProblem[],
    failedCalls = 0,
  ): Promise<void> {
    const ended = sql`state = ${state}, ended_at = app.now(), calls = w.calls + ${failedCalls},
      errors = ${JSON.stringify(problems)}::jsonb`;
    await this.work.whileHeld(run, ended);
    if (state === 'failed' || state === 'partial') {
      const [run_id, profile_id] = [toWire('run', run.id), toWire('prof', run.accountId)];
      this.log.warn({ org_id: run.orgId, run_id, profile_id, state, problems }, 'A sync run did not succeed.');
    }
  }

  override giveUpStalled(): Promise<void> {
    return this.work.giveUpStalled(
      sql`state = 'failed', ended_at = app.now(), errors = ${JSON.stringify([INTERRUPTED])}::jsonb`,
    );
  }

  override requeueStalled(limit: number, queued: readonly SyncRunId[]): ReturnType<SyncRuns['requeueStalled']> {
    return this.work.requeueStalled(limit, queued);
  }
}
