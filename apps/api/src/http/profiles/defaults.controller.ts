/** Reads, sets and clears the default profile of each platform. */
import { Body, Controller, Delete, Get, Param, Put, type PipeTransform } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { ClearDefault } from '@application/profiles/clear-default.js';
import { DefaultsView } from '@application/profiles/defaults.view.js';
import { GetDefaults } from '@application/profiles/get-defaults.js';
import { SetDefault } from '@application/profiles/set-default.js';
import { fromWire } from '@application/wire-ids.js';
import type { OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { PLATFORMS, type Platform } from '@domain/platform.js';
import { By, OrgIdPipe } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Audited } from '../access/audit-policy.js';
import { Api, Problems } from '../openapi.js';
import { InputRejected } from '../problems/problem.js';
import { DefaultBody } from './profile.body.js';

class PlatformPipe implements PipeTransform<string, Platform> {
  transform(value: string): Platform {
    const platform = PLATFORMS.find((one) => one === value);
    if (platform !== undefined) return platform;
    throw new InputRejected('malformed_request', [{ field: 'platform', message: `is one of ${PLATFORMS.join(', ')}` }]);
  }
}

@Api()
@ApiTags('Profiles')
@Controller('v1/orgs/:org/defaults')
export class DefaultsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Reads the default profile of each platform. The explicit one, and the effective one. */
  @Get()
  @Allow('read')
  getDefaults(@Param('org', OrgIdPipe) org: OrgId): Promise<DefaultsView> {
    return this.queries.execute(new GetDefaults(org));
  }

  /** Chooses a platform's default: a profile with Publish on. */
  @Put(':platform')
  @Problems('id_malformed', 'profile_not_found', 'profile_not_publishing', 'profile_on_other_platform')
  @ApiParam({ name: 'platform', enum: PLATFORMS })
  @Allow('connect')
  @Audited('default.set')
  async setDefault(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('platform', PlatformPipe) platform: Platform,
    @Body() { profile_id }: DefaultBody,
  ): Promise<DefaultsView> {
    await this.commands.execute(new SetDefault(by, org, platform, fromWire('prof', profile_id, 'profile_id')));
    return this.getDefaults(org);
  }

  /** Clears a platform's default. There may still be an effective one. */
  @Delete(':platform')
  @ApiParam({ name: 'platform', enum: PLATFORMS })
  @Allow('connect')
  @Audited('default.cleared')
  async clearDefault(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('platform', PlatformPipe) platform: Platform,
  ): Promise<DefaultsView> {
    await this.commands.execute(new ClearDefault(by, org, platform));
    return this.getDefaults(org);
  }
}
