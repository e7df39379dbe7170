/** Requests syncs, and reads the sync log and posts. */
import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Page } from '@application/ports/cursors.js';
import { ListPosts } from '@application/sync/list-posts.js';
import { GetSyncRun, ListSyncRuns } from '@application/sync/list-sync-runs.js';
import { PostView } from '@application/sync/post.view.js';
import { RequestSync } from '@application/sync/request-sync.js';
import { SyncRunView } from '@application/sync/sync-run.view.js';
import { fromWire, toWire } from '@application/wire-ids.js';
import type { OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { By, OrgIdPipe, WireId } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Audited } from '../access/audit-policy.js';
import { Api, ApiPage, Problems } from '../openapi.js';
import { pageRequest } from '../page.query.js';
import { PostsQuery, SyncRunsQuery } from './sync.query.js';
import { SyncRequestedView } from './sync-requested.view.js';

@Api()
@ApiTags('Sync')
@Controller('v1/orgs/:org')
export class SyncController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Syncs a profile now. Starts a run, or returns the one in progress; `Location` leads to it. */
  @Post('profiles/:id/sync')
  @Problems('profile_not_found', 'profile_not_tracked')
  @Allow('connect')
  @HttpCode(202)
  @Audited('sync.requested')
  async syncProfile(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('prof')) id: ProfileId,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SyncRequestedView> {
    const requested = await this.request(by, org, id);
    void reply.header('location', `/v1/orgs/${org}/sync-runs/${requested.run_ids[0]}`);
    return requested;
  }

  /** Syncs every tracked profile now. `Location` leads to the log. */
  @Post('sync')
  @Allow('connect')
  @HttpCode(202)
  @Audited('sync.requested')
  async syncAllProfiles(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SyncRequestedView> {
    void reply.header('location', `/v1/orgs/${org}/sync-runs`);
    return this.request(by, org, null);
  }

  /** Lists runs of the sync log, newest first. */
  @Get('sync-runs')
  @Problems('id_malformed')
  @Allow('read_logs')
  @ApiPage(SyncRunView)
  listSyncRuns(@Param('org', OrgIdPipe) org: OrgId, @Query() query: SyncRunsQuery): Promise<Page<SyncRunView>> {
    const filter = {
      ...(query.profile_id !== undefined && { profileId: fromWire('prof', query.profile_id, 'profile_id') }),
      ...(query.state !== undefined && { state: query.state }),
    };
    return this.queries.execute(new ListSyncRuns(org, filter, pageRequest(query)));
  }

  /** Reads a run of the sync log. */
  @Get('sync-runs/:id')
  @Allow('read_logs')
  @Problems('sync_run_not_found')
  getSyncRun(@Param('org', OrgIdPipe) org: OrgId, @Param('id', WireId('run')) id: SyncRunId): Promise<SyncRunView> {
    return this.queries.execute(new GetSyncRun(org, id));
  }

  /** Lists posts, newest first. With the figures as the platform last gave them. */
  @Get('posts')
  @Problems('id_malformed', 'profile_not_found')
  @Allow('read')
  @ApiPage(PostView)
  listPosts(@Param('org', OrgIdPipe) org: OrgId, @Query() query: PostsQuery): Promise<Page<PostView>> {
    const profileId = query.profile_id === undefined ? null : fromWire('prof', query.profile_id, 'profile_id');
    return this.queries.execute(new ListPosts(org, profileId, pageRequest(query)));
  }

  private async request(by: Actor, org: OrgId, id: ProfileId | null): Promise<SyncRequestedView> {
    const runs = await this.commands.execute(new RequestSync(by, org, id));
    return { run_ids: runs.map((run) => toWire('run', run)) };
  }
}
