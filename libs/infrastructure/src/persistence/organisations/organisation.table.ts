/**
 * Stores organisations and members, which the host platform pushes, and takes the lock of changes that the plan limits.
 */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { OrganisationErased } from '@application/erasure/ports.js';
import { Organisations, type Member, type Standing } from '@application/organisations/ports.js';
import type { OrgId, UserId } from '@domain/ids.js';
import { OrganisationNotFound, type OrganisationProfile } from '@domain/organisation/organisation.js';
import { PlanUsage } from '@domain/plan/plan-limit.js';
import { Database } from '../database.js';

@Injectable()
export class PostgresOrganisations extends Organisations {
  constructor(private readonly database: Database) {
    super();
  }

  override async standing(orgId: OrgId, userId: UserId | null): Promise<Standing | null> {
    const [row] = await this.database.read(sql<Standing>`
      select case when o.erase_at is null then o.status else 'erasing' end as status, m.role
      from app.organisation o
      left join app.member m on m.org_id = o.id and m.user_id = ${userId}
      where o.id = ${orgId}`);
    return row ?? null;
  }

  override async put(orgId: OrgId, profile: OrganisationProfile): Promise<void> {
    // In share mode, until the end of the run: an erasure that waits cannot run between this read and the write.
    const [erasure] = await this.database.inside(sql<{ state: string }>`
      select state from app.erasure where erased_org_id = ${orgId} and state <> 'canceled' for share`);
    if (erasure !== undefined && erasure.state !== 'pending') throw new OrganisationErased();
    await this.database.inside(sql`
      insert into app.organisation (id, name, plan, active_profile_limit, time_zone, analytics_retention_days,
        x_monthly_budget_usd, approval_available, status)
      values (${orgId}, ${profile.name}, ${profile.plan}, ${profile.activeProfileLimit}, ${profile.timeZone},
        ${profile.analyticsRetentionDays}, ${profile.xMonthlyBudgetUsd}, ${profile.approvalAvailable}, ${profile.status})
      on conflict (id) do update set name = excluded.name, plan = excluded.plan,
        active_profile_limit = excluded.active_profile_limit, time_zone = excluded.time_zone,
        analytics_retention_days = excluded.analytics_retention_days,
        x_monthly_budget_usd = excluded.x_monthly_budget_usd, approval_available = excluded.approval_available,
        status = excluded.status, updated_at = app.now()`);
  }

  override async lockOwners(orgId: OrgId): Promise<readonly UserId[]> {
    const [org] = await this.database.inside(sql`select 1 from app.organisation where id = ${orgId} for no key update`);
    if (org === undefined) throw new OrganisationNotFound();
    const owners = await this.database.inside(sql<{ user_id: UserId }>`
      select user_id from app.member where org_id = ${orgId} and role = 'owner'`);
    return owners.map((owner) => owner.user_id);
  }

  override async member(orgId: OrgId, userId: UserId): Promise<Member | null> {
    const [member] = await this.database.inside(sql<Member>`
      select role, name, email from app.member where org_id = ${orgId} and user_id = ${userId}`);
    return member ?? null;
  }

  override async putMember(orgId: OrgId, userId: UserId, member: Member): Promise<void> {
    await this.database.inside(sql`
      insert into app.member (org_id, user_id, role, name, email)
      values (${orgId}, ${userId}, ${member.role}, ${member.name}, ${member.email})
      on conflict (org_id, user_id) do update
        set role = excluded.role, name = excluded.name, email = excluded.email`);
  }

  override async removeMember(orgId: OrgId, userId: UserId): Promise<boolean> {
    const removed = await this.database.inside(
      sql`delete from app.member where org_id = ${orgId} and user_id = ${userId} returning user_id`,
    );
    return removed.length > 0;
  }

  override async lockUsage(orgId: OrgId): Promise<PlanUsage> {
    const [org] = await this.database.inside(sql<{ plan: string; active_profile_limit: number | null }>`
      select plan, active_profile_limit from app.organisation where id = ${orgId} for update`);
    if (org === undefined) throw new OrganisationNotFound();
    // Counted by a statement of its own, after the lock: it then reads what the former holder of the lock committed.
    const [{ active } = { active: 0 }] = await this.database.inside(sql<{ active: number }>`
      select count(*)::int as active from app.profile where org_id = ${orgId} and (track or publish)`);
    return new PlanUsage(org.plan, org.active_profile_limit, active);
  }
}
