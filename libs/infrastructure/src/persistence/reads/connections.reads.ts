/** Reads connections with their profiles, in two statements however many there are. */
import { Injectable } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql, type RawBuilder } from 'kysely';
import type {
  CheckState,
  ConnectionHealthView,
  ConnectionView,
  ProfileHealthView,
} from '@application/connections/connection.view.js';
import { GetHealth } from '@application/connections/get-health.js';
import { GetConnection, ListConnections } from '@application/connections/list-connections.js';
import { PictureLinks } from '@application/pictures/ports.js';
import { Cursors, type Page } from '@application/ports/cursors.js';
import { Providers } from '@application/ports/providers.js';
import { Clock } from '@application/ports/work.js';
import type { ProfileView } from '@application/profiles/profile.view.js';
import { toWire } from '@application/wire-ids.js';
import { ConnectionNotFound } from '@domain/connection/connection.js';
import { healthOf, type Health, type ReauthReason } from '@domain/connection/health.js';
import type { OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, date, iso } from '../database.js';
import { after, pageOf } from './page.js';
import { pictureUrl, type PictureColumns } from './pictures.reads.js';
import { profileView, selectProfiles, statusView, type StatusColumns } from './profiles.reads.js';

interface ConnectionRow extends PictureColumns {
  id: string;
  provider: ProviderName;
  display_name: string;
  external_user_id: string;
  username: string | null;
  scopes: string[];
  reauth_reason: ReauthReason | null;
  data_access_expires_at: string | null;
  access_expires_at: string | null;
  renews_itself: boolean;
  refreshed_at: string;
  last_call_at: string | null;
  connected_by: string;
  connected_by_name: string | null;
  has_left: boolean;
  connected_at: string;
  last_check_at: string | null;
  next_check_at: string;
  check_state: CheckState;
  provider_paused: boolean;
}

/** A connection that only a person can fix is not checked. */
const CHECK_STATE = sql`case
  when c.check_sent_at is not null and c.check_next_at > app.now() then 'running'
  when c.check_next_at <= app.now() and c.reauth_reason is null then 'queued'
  when c.check_tries > 0 and c.reauth_reason is null then 'retrying'
  else 'done' end`;

const selectConnections = (where: RawBuilder<unknown>): RawBuilder<ConnectionRow> => sql<ConnectionRow>`
  select c.id, c.provider, c.display_name, c.external_user_id, c.username, c.scopes, c.reauth_reason,
    c.data_access_expires_at, k.access_expires_at, k.refresh_token is not null as renews_itself, k.refreshed_at,
    c.last_call_at, c.connected_by, m.name as connected_by_name, m.user_id is null as has_left, c.connected_at,
    c.last_check_at, least(c.check_next_at, c.check_sent_at) as next_check_at, ${CHECK_STATE} as check_state, pic.id as picture_id, pic.version as picture_version,
    exists (select 1 from app.provider_pause pause where pause.provider = c.provider) as provider_paused
  from app.connection c
  join app.credential k on k.org_id = c.org_id and k.id = c.id
  left join app.picture pic on pic.org_id = c.org_id and pic.owner_id = c.id and pic.webp is not null
  left join app.member m on m.org_id = c.org_id and m.user_id = c.connected_by
  where ${where}`;

/** Injectable, so that its subclasses inherit its constructor. */
@Injectable()
abstract class ConnectionReads {
  constructor(
    protected readonly database: Database,
    private readonly providers: Providers,
    private readonly clock: Clock,
    private readonly links: PictureLinks,
  ) {}

  protected async profilesOf(orgId: OrgId, connectionIds: readonly string[]): Promise<Map<string, ProfileView[]>> {
    const rows = await this.database.read(
      sql<Parameters<typeof profileView>[0]>`
        ${selectProfiles(sql`p.org_id = ${orgId} and p.connection_id = any(${[...connectionIds]}::uuid[])`)}
        order by p.platform, a.name, p.id`,
    );
    return Map.groupBy(
      rows.map((row) => profileView(row, this.links)),
      (profile) => profile.connection_id,
    );
  }

  protected view(row: ConnectionRow, profiles: ReadonlyMap<string, ProfileView[]>): ConnectionView {
    const id = toWire('conn', row.id);
    const missing = this.missingScopes(row);
    const own = profiles.get(id) ?? [];
    return {
      id,
      provider: row.provider,
      display_name: row.display_name,
      external_user_id: row.external_user_id,
      username: row.username,
      picture_url: pictureUrl(row, this.links),
      scopes_granted: row.scopes,
      scopes_missing: missing,
      token_expires_at: iso(row.access_expires_at),
      data_access_expires_at: iso(row.data_access_expires_at),
      last_refreshed_at: iso(row.refreshed_at),
      last_successful_call_at: iso(row.last_call_at),
      connected_by: { user_id: row.connected_by, name: row.connected_by_name, has_left: row.has_left },
      connected_at: iso(row.connected_at),
      health: this.health(
        row,
        missing,
        own.some(({ tracking, publishing }) => tracking.usable || publishing.usable),
      ),
      profiles: own,
    };
  }

  protected health(row: ConnectionRow, missingScopes: readonly string[], usable: boolean): Health {
    const facts = {
      reauthReason: row.reauth_reason,
      providerPaused: row.provider_paused,
      missingScopes,
      // Before the first discovery there is nothing to judge.
      nothingUsable: row.last_call_at !== null && !usable,
      tokenIsExchanged: row.provider === 'meta',
      tokenExpiresAt: row.renews_itself ? null : date(row.access_expires_at),
      dataAccessExpiresAt: date(row.data_access_expires_at),
    };
    return healthOf(facts, this.clock.now());
  }

  /** No scope is missing where the provider is not configured in this deployment any more. */
  protected missingScopes(row: ConnectionRow): string[] {
    if (!this.providers.configured().includes(row.provider)) return [];
    return this.providers.authorizationServer(row.provider).scopes.filter((scope) => !row.scopes.includes(scope));
  }
}

@QueryHandler(ListConnections)
export class ListConnectionsHandler extends ConnectionReads implements IQueryHandler<ListConnections> {
  constructor(
    database: Database,
    providers: Providers,
    clock: Clock,
    links: PictureLinks,
    private readonly cursors: Cursors,
  ) {
    super(database, providers, clock, links);
  }

  async execute({ orgId, page }: ListConnections): Promise<Page<ConnectionView>> {
    const list = `connections/${orgId}`;
    const rows = await this.database.read(sql<ConnectionRow>`
      ${selectConnections(sql`c.org_id = ${orgId}
        and ${after(page, this.cursors, list, ([id]) => sql`c.id > ${id}::uuid`)}`)}
      order by c.id limit ${page.limit + 1}`);
    const profiles = await this.profilesOf(
      orgId,
      rows.map((row) => row.id),
    );
    return pageOf(
      rows,
      page,
      this.cursors,
      list,
      (row) => [row.id],
      (row) => this.view(row, profiles),
    );
  }
}

@QueryHandler(GetConnection)
export class GetConnectionHandler extends ConnectionReads implements IQueryHandler<GetConnection> {
  async execute({ orgId, id }: GetConnection): Promise<ConnectionView> {
    const [row] = await this.database.read(selectConnections(sql`c.org_id = ${orgId} and c.id = ${id}`));
    if (row === undefined) throw new ConnectionNotFound();
    return this.view(row, await this.profilesOf(orgId, [row.id]));
  }
}

/** Refused by the provider, or with a switch on that cannot work: any status but `ok` (`profileStatus`). */
const HURT = sql`(trouble is not null or track and track_problem is not null or publish and publish_problem is not null)`;
/** The first 100; the list of profiles has all of them. */
const MOST_HURT = 100;

@QueryHandler(GetHealth)
export class GetHealthHandler extends ConnectionReads implements IQueryHandler<GetHealth> {
  async execute({ orgId, id }: GetHealth): Promise<ConnectionHealthView> {
    const [row] = await this.database.read(selectConnections(sql`c.org_id = ${orgId} and c.id = ${id}`));
    if (row === undefined) throw new ConnectionNotFound();
    const missing = this.missingScopes(row);
    const { usable, hurt } = await this.countProfiles(orgId, row.id);
    return {
      ...this.health(row, missing, usable > 0),
      connection_id: toWire('conn', row.id),
      token_expires_at: iso(row.access_expires_at),
      data_access_expires_at: iso(row.data_access_expires_at),
      last_refreshed_at: iso(row.refreshed_at),
      last_successful_call_at: iso(row.last_call_at),
      last_checked_at: iso(row.last_check_at),
      next_check_at: iso(row.next_check_at),
      check_state: row.check_state,
      scopes_missing: missing,
      hurt_profiles_total: hurt,
      hurt_profiles: hurt === 0 ? [] : await this.hurtProfiles(orgId, row.id),
    };
  }

  private async countProfiles(orgId: OrgId, connectionId: string): Promise<{ usable: number; hurt: number }> {
    const [counts] = await this.database.read(sql<{ usable: number; hurt: number }>`
      select count(*) filter (where track_problem is null or publish_problem is null)::int as usable,
        count(*) filter (where ${HURT})::int as hurt
      from app.profile where org_id = ${orgId} and connection_id = ${connectionId}`);
    return counts ?? { usable: 0, hurt: 0 };
  }

  private async hurtProfiles(orgId: OrgId, connectionId: string): Promise<ProfileHealthView[]> {
    const rows = await this.database.read(sql<StatusColumns & { id: string; name: string }>`
      select p.id, a.name, p.track, p.publish, p.track_problem, p.publish_problem, p.trouble, p.problem_since
      from app.profile p join app.account a on a.org_id = p.org_id and a.id = p.id
      where p.org_id = ${orgId} and p.connection_id = ${connectionId} and ${HURT}
      order by p.platform, a.name, p.id limit ${MOST_HURT}`);
    return rows.map((row) => ({
      id: toWire('prof', row.id),
      name: row.name,
      track: row.track,
      publish: row.publish,
      tracking_problem: row.track ? row.track_problem : null,
      publishing_problem: row.publish ? row.publish_problem : null,
      status: statusView(row),
    }));
  }
}
