/** Maps profiles to their table, and finds them. */
import { defineEntity, EntityManager, LockMode, p } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Profiles } from '@application/profiles/ports.js';
import type { ConnectionId, OrgId, ProfileId } from '@domain/ids.js';
import type { Platform } from '@domain/platform.js';
import { Profile, ProfileNotFound } from '@domain/profile/profile.js';
import type { ProfileProblem } from '@domain/profile/usability.js';
import { Database } from '../database.js';

export const ProfileTable = defineEntity({
  class: Profile,
  tableName: 'profile',
  properties: {
    id: p.uuid().$type<ProfileId>().primary(),
    orgId: p.text().$type<OrgId>(),
    platform: p.text().$type<Platform>(),
    connectionId: p.uuid().$type<ConnectionId>(),
    track: p.boolean(),
    publish: p.boolean(),
    isDefault: p.boolean(),
    trackProblem: p.text().$type<ProfileProblem>().nullable(),
    publishProblem: p.text().$type<ProfileProblem>().nullable(),
  },
});

@Injectable()
export class PostgresProfiles extends Profiles {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
  ) {
    super();
  }

  override async get(id: ProfileId, orgId: OrgId): Promise<Profile> {
    const found = await this.em.findOne(Profile, { id, orgId });
    if (found === null) throw new ProfileNotFound();
    return found;
  }

  override find(ids: readonly ProfileId[], orgId: OrgId): Promise<readonly Profile[]> {
    return this.em.find(Profile, { id: { $in: [...ids] }, orgId });
  }

  override servedBy(connectionId: ConnectionId, orgId: OrgId): Promise<readonly Profile[]> {
    return this.em.find(Profile, { connectionId, orgId } as never);
  }

  override async tracked(orgId: OrgId): Promise<readonly ProfileId[]> {
    const rows = await this.database.inside(sql<{ id: ProfileId }>`
      select id from app.profile where org_id = ${orgId} and track order by id`);
    return rows.map((row) => row.id);
  }

  override async add(profiles: readonly Profile[]): Promise<void> {
    await this.em.persist([...profiles]).flush();
  }

  override async remove(profiles: readonly Profile[]): Promise<void> {
    for (const profile of profiles) this.em.remove(profile);
    await this.em.flush();
  }

  override lockMany(ids: readonly ProfileId[], orgId: OrgId): Promise<readonly Profile[]> {
    return this.em.find(
      Profile,
      { id: { $in: [...ids] }, orgId },
      { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true },
    );
  }

  override lockDefault(platform: Platform, orgId: OrgId): Promise<Profile | null> {
    const where = { platform, orgId, isDefault: true } as never;
    return this.em.findOne(Profile, where, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
  }

  override async writeSwitches(profiles: readonly Profile[]): Promise<void> {
    if (profiles.length === 0) return;
    const switches = profiles.map((profile) => profile.switches);
    await this.database.inside(sql`
      update app.profile p set track = turned.track, publish = turned.publish, is_default = turned.is_default
      from unnest(${profiles.map((one) => one.id)}::uuid[], ${profiles.map((one) => one.orgId)}::text[],
        ${switches.map((one) => one.track)}::boolean[], ${switches.map((one) => one.publish)}::boolean[],
        ${switches.map((one) => one.isDefault)}::boolean[]) as turned (id, org_id, track, publish, is_default)
      where p.org_id = turned.org_id and p.id = turned.id
        and (p.track, p.publish, p.is_default) is distinct from (turned.track, turned.publish, turned.is_default)`);
  }
}
