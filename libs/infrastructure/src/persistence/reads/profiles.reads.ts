/** Reads profiles, usage and defaults: SQL straight into views. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql, type RawBuilder } from 'kysely';
import { PictureLinks } from '@application/pictures/ports.js';
import { Cursors, type Page } from '@application/ports/cursors.js';
import { GetDefaults } from '@application/profiles/get-defaults.js';
import { GetUsage } from '@application/profiles/get-usage.js';
import { GetProfile, GetProfiles, ListProfiles } from '@application/profiles/list-profiles.js';
import type { DefaultsView, DefaultView } from '@application/profiles/defaults.view.js';
import type { ProfileStatusView, ProfileView, UsabilityView } from '@application/profiles/profile.view.js';
import type { PlatformUsageView, UsageView } from '@application/profiles/usage.view.js';
import { toWire } from '@application/wire-ids.js';
import type { ProfileId } from '@domain/ids.js';
import { OrganisationNotFound } from '@domain/organisation/organisation.js';
import { PlanUsage } from '@domain/plan/plan-limit.js';
import type { Platform } from '@domain/platform.js';
import { effectiveDefault } from '@domain/profile/default.js';
import { ProfileNotFound } from '@domain/profile/profile.js';
import { profileStatus, type ProfileTrouble } from '@domain/profile/status.js';
import { usabilityReason, usabilitySentence, type ProfileProblem } from '@domain/profile/usability.js';
import { Database, iso } from '../database.js';
import { after, pageOf } from './page.js';
import { pictureUrl, type PictureColumns } from './pictures.reads.js';

export interface ProfileRow extends PictureColumns {
  id: string;
  platform: Platform;
  external_id: string;
  name: string;
  username: string | null;
  link: string | null;
  connection_id: string;
  also_via: string[];
  track: boolean;
  publish: boolean;
  is_default: boolean;
  track_problem: ProfileProblem | null;
  publish_problem: ProfileProblem | null;
  role_known: boolean;
  trouble: ProfileTrouble | null;
  problem_since: string | null;
}

/** The statement behind every profile that is shown; `where` names the organisation. */
export function selectProfiles(where: RawBuilder<unknown>): RawBuilder<ProfileRow> {
  return sql<ProfileRow>`
    select p.id, p.platform, a.external_id, a.name, a.username, a.link,
      pic.id as picture_id, pic.version as picture_version, p.connection_id,
      coalesce(array_agg(g.connection_id::text) filter (where g.id is not null), '{}') as also_via,
      p.track, p.publish, p.is_default, p.track_problem, p.publish_problem,
      p.trouble, p.problem_since,
      -- A value, and no EXISTS: that would be answered from all grants there are, of all organisations.
      (select own.tasks is not null from app.account_grant own where own.org_id = p.org_id
        and own.connection_id = p.connection_id and own.account_id = p.id) as role_known
    from app.profile p
    join app.account a on a.org_id = p.org_id and a.id = p.id
    left join app.picture pic on pic.org_id = p.org_id and pic.owner_id = p.id and pic.webp is not null
    left join app.account_grant g
      on g.org_id = p.org_id and g.account_id = p.id and g.connection_id <> p.connection_id and g.granted
    where ${where}
    group by p.id, a.id, pic.id`;
}

export function profileView(row: ProfileRow, links: PictureLinks): ProfileView {
  return {
    id: toWire('prof', row.id),
    platform: row.platform,
    external_id: row.external_id,
    name: row.name,
    username: row.username,
    picture_url: pictureUrl(row, links),
    link: row.link,
    connection_id: toWire('conn', row.connection_id),
    also_via: row.also_via.map((id) => toWire('conn', id)),
    track: row.track,
    publish: row.publish,
    active: row.track || row.publish,
    publishable: row.publish && row.publish_problem === null,
    is_default: row.is_default,
    status: statusView(row),
    tracking: usabilityView(row, 'track', row.track_problem),
    publishing: usabilityView(row, 'publish', row.publish_problem),
  };
}

export type StatusColumns = Pick<
  ProfileRow,
  'track' | 'publish' | 'track_problem' | 'publish_problem' | 'trouble' | 'problem_since'
>;

export function statusView(row: StatusColumns): ProfileStatusView {
  const status = profileStatus({
    trouble: row.trouble,
    track: row.track,
    publish: row.publish,
    trackProblem: row.track_problem,
    publishProblem: row.publish_problem,
  });
  return { ...status, since: status.status === 'ok' ? null : iso(row.problem_since) };
}

function usabilityView(row: ProfileRow, wanted: 'track' | 'publish', problem: ProfileProblem | null): UsabilityView {
  const reason = usabilityReason(row.platform, wanted, problem, row.role_known);
  return { usable: problem === null, reason, sentence: reason && usabilitySentence(reason) };
}

@QueryHandler(ListProfiles)
export class ListProfilesHandler implements IQueryHandler<ListProfiles> {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
    private readonly links: PictureLinks,
  ) {}

  async execute({ orgId, filter, page }: ListProfiles): Promise<Page<ProfileView>> {
    const list = `profiles/${orgId}/${JSON.stringify(filter)}`;
    const { platform, tracked, publishable, connectionId } = filter;
    const rows = await this.database.read(sql<ProfileRow>`
      ${selectProfiles(sql`p.org_id = ${orgId}
        and ${after(page, this.cursors, list, ([id]) => sql`p.id > ${id}::uuid`)}
        and ${platform === undefined ? sql`true` : sql`p.platform = ${platform}`}
        and ${tracked === undefined ? sql`true` : sql`p.track = ${tracked}`}
        and ${publishable === undefined ? sql`true` : sql`(p.publish and p.publish_problem is null)::integer = ${Number(publishable)}`}
        and ${connectionId === undefined ? sql`true` : sql`p.connection_id = ${connectionId}`}`)}
      order by p.id limit ${page.limit + 1}`);
    return pageOf(
      rows,
      page,
      this.cursors,
      list,
      (row) => [row.id],
      (row) => profileView(row, this.links),
    );
  }
}

@QueryHandler(GetProfile)
export class GetProfileHandler implements IQueryHandler<GetProfile> {
  constructor(
    private readonly database: Database,
    private readonly links: PictureLinks,
  ) {}

  async execute({ orgId, id }: GetProfile): Promise<ProfileView> {
    const [row] = await this.database.read(selectProfiles(sql`p.org_id = ${orgId} and p.id = ${id}`));
    if (row === undefined) throw new ProfileNotFound();
    return profileView(row, this.links);
  }
}

@QueryHandler(GetProfiles)
export class GetProfilesHandler implements IQueryHandler<GetProfiles> {
  constructor(
    private readonly database: Database,
    private readonly links: PictureLinks,
  ) {}

  async execute({ orgId, ids }: GetProfiles): Promise<ProfileView[]> {
    const rows = await this.database.read(sql<ProfileRow>`
      ${selectProfiles(sql`p.org_id = ${orgId} and p.id = any(${[...ids]}::uuid[])`)}
      order by array_position(${[...ids]}::uuid[], p.id)`);
    return rows.map((row) => profileView(row, this.links));
  }
}

@QueryHandler(GetUsage)
export class GetUsageHandler implements IQueryHandler<GetUsage> {
  constructor(private readonly database: Database) {}

  async execute({ orgId }: GetUsage): Promise<UsageView> {
    const rows = await this.database.read(sql<{
      plan: string;
      active_profile_limit: number | null;
      platform: Platform | null;
      active: number;
      parked: number;
    }>`
      select o.plan, o.active_profile_limit, p.platform,
        count(p.id) filter (where p.track or p.publish)::int as active,
        count(p.id) filter (where not (p.track or p.publish))::int as parked
      from app.organisation o left join app.profile p on p.org_id = o.id
      where o.id = ${orgId} group by o.id, p.platform`);
    const [first] = rows;
    if (first === undefined) throw new OrganisationNotFound();
    const of = (platform: Platform): PlatformUsageView => {
      const row = rows.find((one) => one.platform === platform);
      return { active: row?.active ?? 0, parked: row?.parked ?? 0 };
    };
    const sum = (pick: (row: PlatformUsageView) => number): number => rows.reduce((total, row) => total + pick(row), 0);
    const usage = new PlanUsage(
      first.plan,
      first.active_profile_limit,
      sum((row) => row.active),
    );
    return {
      plan: usage.plan,
      active: usage.active,
      limit: usage.limit,
      parked: sum((row) => row.parked),
      over_limit: usage.overLimit,
      by_platform: { facebook: of('facebook'), instagram: of('instagram'), x: of('x') },
    };
  }
}

@QueryHandler(GetDefaults)
export class GetDefaultsHandler implements IQueryHandler<GetDefaults> {
  constructor(private readonly database: Database) {}

  async execute({ orgId }: GetDefaults): Promise<DefaultsView> {
    const rows = await this.database.read(sql<{
      platform: Platform;
      chosen: ProfileId | null;
      publishable: ProfileId[];
    }>`
      select platform, max(id::text) filter (where is_default) as chosen,
        coalesce(array_agg(id::text) filter (where publish_problem is null), '{}') as publishable
      from app.profile where org_id = ${orgId} and publish group by platform`);
    const of = (platform: Platform): DefaultView => {
      const row = rows.find((one) => one.platform === platform);
      const effective = effectiveDefault(row?.chosen ?? null, row?.publishable ?? []);
      const wire = (id: string | null): string | null => (id === null ? null : toWire('prof', id));
      return { explicit: wire(row?.chosen ?? null), effective: wire(effective) };
    };
    return { facebook: of('facebook'), instagram: of('instagram'), x: of('x') };
  }
}
