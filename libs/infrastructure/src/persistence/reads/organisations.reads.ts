/** Reads organisations and members as they were pushed. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql } from 'kysely';
import { GetMember, GetOrganisation, ListMembers, ListMemberships } from '@application/organisations/get-me.js';
import type { MembershipView, MemberView, OrganisationView } from '@application/organisations/me.view.js';
import { Cursors, type Page } from '@application/ports/cursors.js';
import { MemberNotFound, OrganisationNotFound } from '@domain/organisation/organisation.js';
import { Database } from '../database.js';
import { after, pageOf } from './page.js';

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

@QueryHandler(ListMembers)
export class ListMembersHandler implements IQueryHandler<ListMembers> {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  async execute({ orgId, page }: ListMembers): Promise<Page<MemberView>> {
    const [org] = await this.database.read(sql`select 1 from app.organisation where id = ${orgId}`);
    if (org === undefined) throw new OrganisationNotFound();
    const list = `members/${orgId}`;
    const rows = await this.database.read(sql<MemberView>`
      select user_id, role, name, email from app.member
      where org_id = ${orgId} and ${after(page, this.cursors, list, ([id]) => sql`user_id > ${id}`)}
      order by user_id limit ${page.limit + 1}`);
    return pageOf(
      rows,
      page,
      this.cursors,
      list,
      (row) => [row.user_id],
      (row) => row,
    );
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
