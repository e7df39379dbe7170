/** The routes of the host platform, which pushes organisations and members; effective from the next request on. */
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ChangeMember } from '@application/organisations/change-member.js';
import { GetMember, GetOrganisation, ListMembers } from '@application/organisations/get-me.js';
import { MemberView, OrganisationView } from '@application/organisations/me.view.js';
import { PushMember } from '@application/organisations/push-member.js';
import { PushOrganisation } from '@application/organisations/push-organisation.js';
import { RemoveMember } from '@application/organisations/remove-member.js';
import type { Page } from '@application/ports/cursors.js';
import type { OrgId, UserId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { By, OrgIdPipe, UserIdPipe } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Audited } from '../access/audit-policy.js';
import { Api, ApiPage, Problems } from '../openapi.js';
import { PageQuery, pageRequest } from '../page.query.js';
import { ChangeMemberBody, PushMemberBody, PushOrganisationBody } from './organisation.body.js';

@Api()
@ApiTags('Organisations')
@Controller('v1/orgs/:org')
export class OrganisationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Pushes an organisation: creates it, or replaces all fields. */
  @Put()
  @Allow('push')
  @Problems('organisation_erased', 'budget_not_supported')
  @Audited('organisation.pushed')
  async pushOrganisation(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Body() body: PushOrganisationBody,
  ): Promise<OrganisationView> {
    await this.commands.execute(
      new PushOrganisation(by, org, {
        name: body.name,
        plan: body.plan,
        activeProfileLimit: body.active_profile_limit,
        timeZone: body.time_zone,
        analyticsRetentionDays: body.analytics_retention_days,
        xMonthlyBudgetUsd: body.x_monthly_budget_usd,
        approvalAvailable: body.approval_available,
        status: body.status,
      }),
    );
    return this.queries.execute(new GetOrganisation(org));
  }

  /** Reads an organisation back as it was pushed. */
  @Get()
  @Allow('push')
  getOrganisation(@Param('org', OrgIdPipe) org: OrgId): Promise<OrganisationView> {
    return this.queries.execute(new GetOrganisation(org));
  }

  /** Lists members as they were pushed, by user id. */
  @Get('members')
  @Allow('push')
  @ApiPage(MemberView)
  listMembers(@Param('org', OrgIdPipe) org: OrgId, @Query() query: PageQuery): Promise<Page<MemberView>> {
    return this.queries.execute(new ListMembers(org, pageRequest(query)));
  }

  /** Reads a member back as pushed. */
  @Get('members/:user')
  @Allow('push')
  @Problems('member_not_found')
  getMember(@Param('org', OrgIdPipe) org: OrgId, @Param('user', UserIdPipe) user: UserId): Promise<MemberView> {
    return this.queries.execute(new GetMember(org, user));
  }

  /** Pushes a member: creates it, or replaces role, name and e-mail. To change a part, send PATCH. */
  @Put('members/:user')
  @Allow('push')
  @Problems('last_owner')
  @Audited('member.pushed')
  async pushMember(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('user', UserIdPipe) user: UserId,
    @Body() { role, name, email }: PushMemberBody,
  ): Promise<MemberView> {
    await this.commands.execute(new PushMember(by, org, user, { role, name, email }));
    return this.queries.execute(new GetMember(org, user));
  }

  /** Changes some fields of a member; the others stay. */
  @Patch('members/:user')
  @Allow('push')
  @Audited('member.pushed')
  @Problems('member_not_found', 'last_owner')
  async changeMember(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('user', UserIdPipe) user: UserId,
    @Body() change: ChangeMemberBody,
  ): Promise<MemberView> {
    await this.commands.execute(new ChangeMember(by, org, user, change));
    return this.queries.execute(new GetMember(org, user));
  }

  /** Removes a member. Connections that the person made stay; the last owner cannot be removed. */
  @Delete('members/:user')
  @Allow('push')
  @Problems('member_not_found', 'last_owner')
  @HttpCode(204)
  @Audited('member.removed')
  async removeMember(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('user', UserIdPipe) user: UserId,
  ): Promise<void> {
    await this.commands.execute(new RemoveMember(by, org, user));
  }
}
