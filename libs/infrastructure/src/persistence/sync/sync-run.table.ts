/** The sync log: one active run per profile, one scheduled run per hour, and a fence before every write. */
import { Injectable, Logger } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import type { AccountAccess } from '@application/credentials/ports.js';
import { SYNC_RUN_POLICY, SyncRuns, type ClaimedRun, type NewRun, type PageCounts } from '@application/sync/ports.js';
import { toWire } from '@application/wire-ids.js';
import type { SyncProblem } from '@domain/sync/sync-problem.js';
import type { OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import { SyncOvertaken, type SyncState } from '@domain/sync/sync-run.js';
import { Database, date } from '../database.js';
import { DurableWork } from '../durable-work.js';

const INTERRUPTED: SyncProblem = {
  code: 'interrupted',
  sentence: 'The work on it was interrupted again and again. The next run tries anew.',
};

const WORK = new DurableWork({
  table: 'sync_run',
  policy: SYNC_RUN_POLICY,
  open: sql`w.state in ('queued', 'running', 'waiting')`,
});

@Injectable()
export class PostgresSyncRuns extends SyncRuns {
  private readonly log = new Logger('Sync');

  constructor(private readonly database: Database) {
    super();
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

  override async claim(id: SyncRunId, orgId: OrgId): Promise<ClaimedRun | null> {
    const [row] = await this.database.inside(
      WORK.claim<{ account_id: ProfileId; epoch: number; started_at: string }>(
        sql`w.id = ${id} and w.org_id = ${orgId}`,
        {
          set: sql`, state = 'running', epoch = w.epoch + 1, started_at = coalesce(w.started_at, app.now()), posts_seen = 0,
          posts_new = 0, posts_updated = 0`,
          returning: sql`w.account_id, w.epoch, w.started_at`,
        },
      ),
    );
    if (row === undefined) return null;
    const { tries, isLast } = row;
    return { id, orgId, accountId: row.account_id, epoch: row.epoch, startedAt: date(row.started_at), tries, isLast };
  }

  /** Locks in the order of everybody who changes them: connection, profile, run. */
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

  override async renew(run: ClaimedRun): Promise<void> {
    await this.database.inside(WORK.renew(keyOf(run), run));
  }

  override async count(run: ClaimedRun, page: PageCounts): Promise<void> {
    await this.database.inside(sql`
      update app.sync_run set posts_seen = posts_seen + ${page.seen}, posts_new = posts_new + ${page.added},
        posts_updated = posts_updated + ${page.updated}, calls = calls + ${page.calls},
        billed_reads = billed_reads + ${page.billedReads}, cost_usd = cost_usd + ${page.costUsd},
        next_at = ${WORK.leaseEnd}
      where id = ${run.id} and org_id = ${run.orgId}`);
  }

  override async wait(run: ClaimedRun, until: Date, failedCalls: number): Promise<void> {
    const waits = sql`state = 'waiting', next_at = ${until}, sent_at = null, tries = w.tries - 1,
      calls = w.calls + ${failedCalls}`;
    await this.database.inside(WORK.whileHeld(keyOf(run), run, waits));
  }

  override async complete(
    run: ClaimedRun,
    state: SyncState,
    problems: readonly SyncProblem[],
    failedCalls = 0,
  ): Promise<void> {
    const ended = sql`state = ${state}, ended_at = app.now(), calls = w.calls + ${failedCalls},
      errors = ${JSON.stringify(problems)}::jsonb`;
    await this.database.inside(WORK.whileHeld(keyOf(run), run, ended));
    if (state === 'failed' || state === 'partial') {
      const [run_id, profile_id] = [toWire('run', run.id), toWire('prof', run.accountId)];
      this.log.warn({ org_id: run.orgId, run_id, profile_id, state, problems }, 'A sync run did not succeed.');
    }
  }

  override async giveUpStalled(): Promise<void> {
    const failed = sql`state = 'failed', ended_at = app.now(), errors = ${JSON.stringify([INTERRUPTED])}::jsonb`;
    await this.database.inside(WORK.giveUpStalled(failed));
  }

  override requeueStalled(limit: number, queued: readonly SyncRunId[]): ReturnType<SyncRuns['requeueStalled']> {
    return this.database.inside(
      WORK.requeueStalled<{ id: SyncRunId; orgId: OrgId }>(limit, queued, {
        returning: sql`w.id, w.org_id as "orgId"`,
      }),
    );
  }
}

/** The epoch as well: a worker whose run was canceled and claimed anew holds another one. */
function keyOf({ id, orgId, epoch }: ClaimedRun): RawBuilder<unknown> {
  return sql`w.id = ${id} and w.org_id = ${orgId} and w.epoch = ${epoch} and w.state = 'running'`;
}
