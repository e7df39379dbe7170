/** Reads the sync log, and posts with their figures. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql, type RawBuilder } from 'kysely';
import { Cursors, type Page } from '@application/ports/cursors.js';
import { ListPosts } from '@application/sync/list-posts.js';
import { GetSyncRun, ListSyncRuns } from '@application/sync/list-sync-runs.js';
import type { PostView } from '@application/sync/post.view.js';
import type { SyncRunView } from '@application/sync/sync-run.view.js';
import { toWire } from '@application/wire-ids.js';
import type { OrgId, ProfileId } from '@domain/ids.js';
import type { Platform } from '@domain/platform.js';
import { ProfileNotFound } from '@domain/profile/profile.js';
import type { MissingReason } from '@domain/sync/metric.js';
import { SyncRunNotFound, type SyncState, type SyncTrigger } from '@domain/sync/sync-run.js';
import { Database, iso } from '../database.js';
import { after, pageOf } from './page.js';

interface RunRow {
  id: string;
  account_id: string;
  trigger: SyncTrigger;
  state: SyncState;
  queued_at: string;
  started_at: string | null;
  ended_at: string | null;
  waits_until: string | null;
  posts_seen: number;
  posts_new: number;
  posts_updated: number;
  conflicts_resolved: number;
  calls: number;
  billed_reads: number;
  cost_usd: number;
  errors: { code: string; sentence: string }[];
}

const selectRuns = (where: RawBuilder<unknown>): RawBuilder<RunRow> => sql<RunRow>`
  select id, account_id, trigger, state, queued_at, started_at, ended_at,
    case when state = 'waiting' then next_at end as waits_until, posts_seen, posts_new, posts_updated,
    conflicts_resolved, calls, billed_reads, cost_usd::float8 as cost_usd, errors
  from app.sync_run where ${where}`;

function runView({ id, account_id, queued_at, started_at, ended_at, waits_until, ...counts }: RunRow): SyncRunView {
  return {
    ...counts,
    id: toWire('run', id),
    profile_id: toWire('prof', account_id),
    queued_at: iso(queued_at),
    started_at: iso(started_at),
    ended_at: iso(ended_at),
    waits_until: iso(waits_until),
  };
}

@QueryHandler(ListSyncRuns)
export class ListSyncRunsHandler implements IQueryHandler<ListSyncRuns> {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  async execute({ orgId, filter, page }: ListSyncRuns): Promise<Page<SyncRunView>> {
    const list = `sync-runs/${orgId}/${JSON.stringify(filter)}`;
    const rows = await this.database.read(sql<RunRow>`
      ${selectRuns(sql`org_id = ${orgId}
        and ${after(page, this.cursors, list, ([id]) => sql`id < ${id}::uuid`)}
        and ${filter.profileId === undefined ? sql`true` : sql`account_id = ${filter.profileId}`}
        and ${filter.state === undefined ? sql`true` : sql`state = ${filter.state}`}`)}
      order by id desc limit ${page.limit + 1}`);
    return pageOf(rows, page, this.cursors, list, (row) => [row.id], runView);
  }
}

@QueryHandler(GetSyncRun)
export class GetSyncRunHandler implements IQueryHandler<GetSyncRun> {
  constructor(private readonly database: Database) {}

  async execute({ orgId, id }: GetSyncRun): Promise<SyncRunView> {
    const [row] = await this.database.read(selectRuns(sql`org_id = ${orgId} and id = ${id}`));
    if (row === undefined) throw new SyncRunNotFound();
    return runView(row);
  }
}

interface PostRow {
  id: string;
  account_id: string | null;
  platform: Platform;
  external_id: string | null;
  text: string | null;
  permalink: string | null;
  published_at: string;
  source: PostView['source'];
  metrics: Record<string, { value: number | null; reason: MissingReason | null; as_of: string }>;
}

@QueryHandler(ListPosts)
export class ListPostsHandler implements IQueryHandler<ListPosts> {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  async execute({ orgId, profileId, page }: ListPosts): Promise<Page<PostView>> {
    if (profileId !== null) await this.assertAccount(profileId, orgId);
    const list = `posts/${orgId}/${profileId ?? ''}`;
    const rows = await this.database.read(sql<PostRow>`
      select t.id, t.account_id, t.platform, t.external_id, t.text, t.permalink, t.published_at, t.source,
        coalesce((
          select jsonb_object_agg(m.name, jsonb_build_object('value', m.value, 'reason', m.reason, 'as_of', m.as_of))
          from app.post_metric m where m.org_id = t.org_id and m.post_id = t.id), '{}') as metrics
      from app.post t
      where t.org_id = ${orgId}
        and ${profileId === null ? sql`true` : sql`t.account_id = ${profileId}`}
        and ${after(page, this.cursors, list, ([at, id]) => sql`(t.published_at, t.id) < (${at}::timestamptz, ${id}::uuid)`)}
      order by t.published_at desc, t.id desc limit ${page.limit + 1}`);
    return pageOf(rows, page, this.cursors, list, (row) => [row.published_at, row.id], postView);
  }

  /** The account, not the profile: figures stay readable after a disconnect. */
  private async assertAccount(id: ProfileId, orgId: OrgId): Promise<void> {
    const found = await this.database.read(sql`select 1 from app.account where org_id = ${orgId} and id = ${id}`);
    if (found.length === 0) throw new ProfileNotFound();
  }
}

function postView(row: PostRow): PostView {
  return {
    id: toWire('post', row.id),
    profile_id: row.account_id === null ? null : toWire('prof', row.account_id),
    platform: row.platform,
    external_id: row.external_id,
    text: row.text,
    permalink: row.permalink,
    published_at: iso(row.published_at),
    source: row.source,
    metrics: Object.fromEntries(
      Object.entries(row.metrics).map(([name, { value, reason, as_of }]) => [
        name,
        { value, ...(reason !== null && { reason }), as_of: new Date(as_of).toISOString() },
      ]),
    ),
  };
}
