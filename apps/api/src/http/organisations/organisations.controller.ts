/** The host platform's side door: organisations and their members are pushed in, and hold from the next request on. */
import { Body, Controller, Delete, HttpCode, Param, Put } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { GetMember, GetOrganisation } from '@application/organisations/get-me.js';
import { MemberView, OrganisationView } from '@application/organisations/me.view.js';
import { PushMember } from '@application/organisations/push-member.js';
import { PushOrganisation } from '@application/organisations/push-organisation.js';
import { RemoveMember } from '@application/organisations/remove-member.js';
import type { OrgId, UserId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { By, OrgIdPipe, UserIdPipe } from '../access/caller.js';
import { Allow } from '../access/policy.js';
import { Audited } from '../audit/audit-policy.js';
import { Api } from '../openapi.js';
import { PushMemberBody, PushOrganisationBody } from './organisation.body.js';

@Api()
@ApiTags('Organisations')
@Controller('v1/orgs/:org')
export class OrganisationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** Makes the organisation, or replaces it whole. */
  @Put()
  @Allow('push')
  @Audited('organisation.pushed')
  async put(
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

  /** Makes the person a member, or changes the role. */
  @Put('members/:user')
  @Allow('push')
  @Audited('member.pushed')
  async putMember(
    @By() by: Actor,
    @Param('org', OrgIdPipe) org: OrgId,
    @Param('user', UserIdPipe) user: UserId,
    @Body() { role, name, email }: PushMemberBody,
  ): Promise<MemberView> {
    await this.commands.execute(new PushMember(by, org, user, { role, name: name ?? null, email: email ?? null }));
    return this.queries.execute(new GetMember(org, user));
  }

  /** Takes the person out. Connections that they made stay. */
  @Delete('members/:user')
  @Allow('push')
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
