/** Reads profiles and usage, and switches Track and Publish. */
import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '@application/ports/cursors.js';
import { GetUsage } from '@application/profiles/get-usage.js';
import { GetProfile, GetProfiles, ListProfiles } from '@application/profiles/list-profiles.js';
import { ProfileView } from '@application/profiles/profile.view.js';
import { ToggleProfiles } from '@application/profiles/toggle-profiles.js';
import { UsageView } from '@application/profiles/usage.view.js';
import { fromWire } from '@application/wire-ids.js';
import type { OrgId, ProfileId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { By, OrgIdPipe, WireId } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Audited } from '../access/audit-policy.js';
import { Api, ApiPage, Problems } from '../openapi.js';
import { pageRequest } from '../page.query.js';
import { SwitchBody, SwitchManyBody } from './profile.body.js';
import { profileFilter, ProfilesQuery } from './profile.query.js';

@Api()
@ApiTags('Profiles')
@Controller('v1/orgs/:org')
export class ProfilesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Lists every discovered profile. Also those that cannot be used, each with its reason; in the order in which they were first seen. */
  @Get('profiles')
  @Allow('read')
  @ApiPage(ProfileView)
  listProfiles(@Param('org', OrgIdPipe) org: OrgId, @Query() query: ProfilesQuery): Promise<Page<ProfileView>> {
    return this.queries.execute(new ListProfiles(org, profileFilter(query), pageRequest(query)));
  }

  /** Reads a profile. */
  @Get('profiles/:id')
  @Allow('read')
  @Problems('profile_not_found')
  getProfile(@Param('org', OrgIdPipe) org: OrgId, @Param('id', WireId('prof')) id: ProfileId): Promise<ProfileView> {
    return this.queries.execute(new GetProfile(org, id));
  }

  /**
   * Switches Track and Publish of up to 200 profiles. All or nothing. Parked profiles make room for those that are
   * switched on, so a swap works at the limit. An error names its profile in `details.profile_id`.
   */
  @Patch('profiles')
  @Problems('id_malformed', 'profile_not_found', 'profile_named_twice', 'profile_not_usable', 'plan_limit_reached')
  @Allow('connect')
  @Audited('profile.switched')
  @ApiPage(ProfileView)
  async switchProfiles(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Body() { changes }: SwitchManyBody,
  ): Promise<Page<ProfileView>> {
    const switches = changes.map(({ id, ...change }, i) => ({
      ...change,
      profileId: fromWire('prof', id, `changes.${i}.id`),
    }));
    await this.commands.execute(new ToggleProfiles(by, org, switches));
    const ids = switches.map((one) => one.profileId);
    return { data: await this.queries.execute(new GetProfiles(org, ids)), next_cursor: null };
  }

  /** Switches Track and Publish of a profile. The step from parked to active needs room in the plan. */
  @Patch('profiles/:id')
  @Problems('profile_not_found', 'profile_not_usable', 'plan_limit_reached')
  @Allow('connect')
  @Audited('profile.switched')
  async switchProfile(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('id', WireId('prof')) id: ProfileId,
    @Body() { track, publish }: SwitchBody,
  ): Promise<ProfileView> {
    await this.commands.execute(new ToggleProfiles(by, org, [{ profileId: id, track, publish }]));
    return this.queries.execute(new GetProfile(org, id));
  }

  /** Reads how much of the plan is used. */
  @Get('usage')
  @Allow('read')
  getUsage(@Param('org', OrgIdPipe) org: OrgId): Promise<UsageView> {
    return this.queries.execute(new GetUsage(org));
  }
}
