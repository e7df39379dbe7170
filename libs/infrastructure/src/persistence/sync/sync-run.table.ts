/** The sync log: one active run per profile, one scheduled run per hour, and a fence before every write. */
import { Injectable, Logger } from '@nestjs/common';
import { sql } from 'kysely';
import type { AccountAccess } from '@application/credentials/ports.js';
import { SyncRuns, type ClaimedRun, type NewRun, type PageCounts } from '@application/sync/ports.js';
import { toWire } from '@application/wire-ids.js';
import type { SyncProblem } from '@domain/sync/sync-problem.js';
import type { OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import { SyncOvertaken, type SyncState } from '@domain/sync/sync-run.js';
import { Database, date } from '../database.js';

/** A worker that has said nothing for so long is taken to be dead. Each page is a sign of life, and so is a beat every twenty seconds. */
const SILENT_SECONDS = 60;
/** How long a job that was sent may take to be seen in the queue, or begun. */
const SENT_SECONDS = 25;
const MOST_RESENDS = 5;
const INTERRUPTED: SyncProblem = {
  code: 'interrupted',
  sentence: 'The work on it was interrupted again and again. The next run tries anew.',
};

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
    const [row] = await this.database.inside(sql<{ account_id: ProfileId; epoch: number; started_at: string }>`
      update app.sync_run set state = 'running', epoch = epoch + 1, heartbeat_at = app.now(),
        waits_until = null, started_at = coalesce(started_at, app.now()), posts_seen = 0, posts_new = 0, posts_updated = 0
      where id = ${id} and org_id = ${orgId}
        and (state = 'queued' or (state = 'waiting' and coalesce(waits_until <= app.now(), true))
          or (state = 'running' and heartbeat_at < app.now() - make_interval(secs => ${SILENT_SECONDS})))
      returning account_id, epoch, started_at`);
    if (row === undefined) return null;
    return { id, orgId, accountId: row.account_id, epoch: row.epoch, startedAt: date(row.started_at) };
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

  override async renew({ id, orgId, epoch }: ClaimedRun): Promise<void> {
    await this.database.inside(sql`
      update app.sync_run set heartbeat_at = app.now()
      where id = ${id} and org_id = ${orgId} and epoch = ${epoch} and state = 'running'`);
  }

  override async count(run: ClaimedRun, page: PageCounts): Promise<void> {
    await this.database.inside(sql`
      update app.sync_run set posts_seen = posts_seen + ${page.seen}, posts_new = posts_new + ${page.added},
        posts_updated = posts_updated + ${page.updated}, calls = calls + ${page.calls},
        billed_reads = billed_reads + ${page.billedReads}, cost_usd = cost_usd + ${page.costUsd},
        heartbeat_at = app.now()
      where id = ${run.id} and org_id = ${run.orgId}`);
  }

  override async wait(run: ClaimedRun, until: Date, failedCalls: number): Promise<void> {
    await this.database.inside(sql`
      update app.sync_run set state = 'waiting', waits_until = ${until}, resent_at = null, resends = 0,
        calls = calls + ${failedCalls}
      where id = ${run.id} and org_id = ${run.orgId} and epoch = ${run.epoch} and state = 'running'`);
  }

  override async end(
    run: ClaimedRun,
    state: SyncState,
    problems: readonly SyncProblem[],
    failedCalls = 0,
  ): Promise<void> {
    await this.database.inside(sql`
      update app.sync_run set state = ${state}, ended_at = app.now(), calls = calls + ${failedCalls},
        errors = ${JSON.stringify(problems)}::jsonb
      where id = ${run.id} and org_id = ${run.orgId} and epoch = ${run.epoch} and state = 'running'`);
    if (state === 'failed' || state === 'partial') {
      const [run_id, profile_id] = [toWire('run', run.id), toWire('prof', run.accountId)];
      this.log.warn({ org_id: run.orgId, run_id, profile_id, state, problems }, 'A sync run did not succeed.');
    }
  }

  override async stalled(
    limit: number,
    queued: readonly SyncRunId[],
  ): Promise<readonly { readonly id: SyncRunId; readonly orgId: OrgId }[]> {
    const rows = await this.database.inside(sql<{ id: SyncRunId; orgId: OrgId; state: SyncState }>`
      with stalled as (
        select id, state = 'running' and resends >= ${MOST_RESENDS} as hopeless from app.sync_run
        where id <> all(${[...queued]}::uuid[]) and (
          (state = 'running' and greatest(heartbeat_at, resent_at) < app.now() - make_interval(secs => ${SILENT_SECONDS}))
          or (state = 'waiting' and coalesce(resent_at <= app.now() - make_interval(secs => ${SENT_SECONDS}), true)
            and waits_until <= app.now())
          or (state = 'queued' and greatest(queued_at, resent_at) < app.now() - make_interval(secs => ${SENT_SECONDS})))
        order by id limit ${limit} for update skip locked)
      update app.sync_run r set resent_at = app.now(), resends = resends + 1,
        state = case when hopeless then 'failed' else r.state end,
        ended_at = case when hopeless then app.now() end,
        errors = case when hopeless then ${JSON.stringify([INTERRUPTED])}::jsonb else errors end
      from stalled where r.id = stalled.id
      returning r.id, r.org_id as "orgId", r.state`);
    return rows.filter((row) => row.state !== 'failed').map(({ id, orgId }) => ({ id, orgId }));
  }
}
