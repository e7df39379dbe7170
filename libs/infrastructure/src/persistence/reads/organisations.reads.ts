/** Organisations and members as they were pushed. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql } from 'kysely';
import { GetMember, GetOrganisation, ListMemberships } from '@application/organisations/get-me.js';
import type { MembershipView, MemberView, OrganisationView } from '@application/organisations/me.view.js';
import { MemberNotFound, OrganisationNotFound } from '@domain/organisation/organisation.js';
import { Database } from '../database.js';

@QueryHandler(ListMemberships)
export class ListMembershipsHandler implements IQueryHandler<ListMemberships> {
  constructor(private readonly database: Database) {}

  execute({ userId }: ListMemberships): Promise<MembershipView[]> {
    return this.database.read(sql<MembershipView>`
      select o.id, o.name, m.role, o.plan, o.status
      from app.member m join app.organisation o on o.id = m.org_id
      where m.user_id = ${userId} order by o.name, o.id`);
  }
}

@QueryHandler(GetOrganisation)
export class GetOrganisationHandler implements IQueryHandler<GetOrganisation> {
  constructor(private readonly database: Database) {}

  async execute({ orgId }: GetOrganisation): Promise<OrganisationView> {
    const [row] = await this.database.read(sql<OrganisationView>`
      select id, name, plan, active_profile_limit, time_zone, analytics_retention_days,
        x_monthly_budget_usd::float8 as x_monthly_budget_usd, approval_available, status
      from app.organisation where id = ${orgId}`);
    if (row === undefined) throw new OrganisationNotFound();
    return row;
  }
}

@QueryHandler(GetMember)
export class GetMemberHandler implements IQueryHandler<GetMember> {
  constructor(private readonly database: Database) {}

  async execute({ orgId, userId }: GetMember): Promise<MemberView> {
    const [row] = await this.database.read(sql<MemberView>`
      select user_id, role, name, email from app.member where org_id = ${orgId} and user_id = ${userId}`);
    if (row === undefined) throw new MemberNotFound();
    return row;
  }
}
