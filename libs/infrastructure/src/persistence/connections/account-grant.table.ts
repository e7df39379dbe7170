/** Stores accounts and grants that a discovery found, in bulk, and finds an account's token. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { AccountGrants, type FoundGrant, type StoredGrant } from '@application/connections/ports.js';
import { type AccountAccess } from '@application/credentials/ports.js';
import { noteInLog } from '@application/ports/log-context.js';
import type { KnownAccount } from '@application/ports/reading-api.js';
import { Randomness } from '@application/ports/work.js';
import { toWire } from '@application/wire-ids.js';
import type { Connection } from '@domain/connection/connection.js';
import type { ConnectionId, OrgId, ProfileId } from '@domain/ids.js';
import type { Platform } from '@domain/platform.js';
import type { GrantProblem } from '@domain/profile/usability.js';
import { Database } from '../database.js';

interface GrantRow {
  connection_id: ConnectionId;
  account_id: ProfileId;
  platform: Platform;
  granted: boolean;
  problem: GrantProblem | null;
  tasks: string[] | null;
}

@Injectable()
export class PostgresAccountGrants extends AccountGrants {
  constructor(
    private readonly database: Database,
    private readonly random: Randomness,
  ) {
    super();
  }

  override async rowsFor({ id, orgId }: Connection, accounts: readonly KnownAccount[]): Promise<readonly string[]> {
    const known = await this.database.inside(sql<{ id: string; platform: string; external_id: string }>`
      select g.id, a.platform, a.external_id
      from app.account_grant g join app.account a on a.org_id = g.org_id and a.id = g.account_id
      where g.org_id = ${orgId} and g.connection_id = ${id} for update of g`);
    const ids = new Map(known.map((row) => [`${row.platform}/${row.external_id}`, row.id]));
    return accounts.map((one) => ids.get(`${one.platform}/${one.externalId}`) ?? this.random.id<string>());
  }

  override async record(connection: Connection, found: readonly FoundGrant[]): Promise<readonly StoredGrant[]> {
    const accounts = await this.upsertAccounts(connection.orgId, found);
    await this.upsertGrants(connection, found, accounts);
    const rows = await this.database.inside(sql<GrantRow>`
      select g.connection_id, g.account_id, a.platform, g.granted, g.problem, g.tasks
      from app.account_grant g join app.account a on a.org_id = g.org_id and a.id = g.account_id
      where g.org_id = ${connection.orgId} and g.connection_id = ${connection.id}
      order by g.account_id`);
    return rows.map(stored);
  }

  /**
   * By (platform, external id): an account that was stored before keeps its id, and with it its history. A value that
   * could not be read this time leaves the stored one; an account without any name is shown by its username or id.
   */
  private async upsertAccounts(orgId: OrgId, found: readonly FoundGrant[]): Promise<Map<string, ProfileId>> {
    const rows = await this.database.inside(sql<{ id: ProfileId; platform: string; external_id: string }>`
      with found as (select * from unnest(
        ${found.map(() => this.random.id())}::uuid[], ${found.map(() => orgId)}::text[],
        ${found.map((one) => one.platform)}::text[], ${found.map((one) => one.externalId)}::text[],
        ${found.map((one) => one.name)}::text[], ${found.map((one) => one.username)}::text[],
        ${found.map((one) => one.pictureUrl)}::text[], ${found.map((one) => one.link)}::text[])
        as one (id, org_id, platform, external_id, name, username, picture_url, link))
      insert into app.account (id, org_id, platform, external_id, name, username, picture_url, link)
      select id, org_id, platform, external_id, coalesce(name, username, external_id), username, picture_url, link
      from found
      on conflict (org_id, platform, external_id) do update set
        -- A value that could not be read this time does not overwrite the stored one.
        name = coalesce((select name from found
          where found.platform = excluded.platform and found.external_id = excluded.external_id), account.name),
        username = coalesce(excluded.username, account.username),
        picture_url = coalesce(excluded.picture_url, account.picture_url), link = coalesce(excluded.link, account.link)
      returning id, platform, external_id`);
    return new Map(rows.map((row) => [`${row.platform}/${row.external_id}`, row.id]));
  }

  private async upsertGrants(
    connection: Connection,
    found: readonly FoundGrant[],
    accounts: ReadonlyMap<string, ProfileId>,
  ): Promise<void> {
    const { id, orgId } = connection;
    const grants = found.map((one) => ({ ...one, accountId: accounts.get(`${one.platform}/${one.externalId}`)! }));
    // Where the role is missing this time, the stored one counts.
    await this.database.inside(sql`
      insert into app.account_grant (id, org_id, connection_id, account_id, granted, problem, tasks, token)
      select id, ${orgId}, ${id}, account_id, granted, problem, string_to_array(tasks, ' '), token
      from unnest(${grants.map((one) => one.grantId)}::uuid[], ${grants.map((one) => one.accountId)}::uuid[],
        ${grants.map((one) => one.granted)}::boolean[], ${grants.map((one) => one.problem)}::text[],
        ${grants.map((one) => one.tasks?.join(' ') ?? null)}::text[], ${grants.map((one) => one.token)}::text[])
        as found (id, account_id, granted, problem, tasks, token)
      on conflict (org_id, connection_id, account_id) do update set granted = excluded.granted,
        problem = excluded.problem, tasks = coalesce(excluded.tasks, account_grant.tasks), token = excluded.token, checked_at = app.now()`);
    // Not found again: kept, as not granted. A second sign-in with fewer Pages ticked deletes nothing.
    await this.database.inside(sql`
      update app.account_grant set granted = false, problem = 'not_granted', token = null, checked_at = app.now()
      where org_id = ${orgId} and connection_id = ${id} and granted
        and account_id <> all(${grants.map((one) => one.accountId)}::uuid[])`);
  }

  override granted(id: ConnectionId, orgId: OrgId): Promise<readonly KnownAccount[]> {
    return this.database.inside(sql<KnownAccount>`
      select a.platform, a.external_id as "externalId"
      from app.account_grant g join app.account a on a.org_id = g.org_id and a.id = g.account_id
      where g.org_id = ${orgId} and g.connection_id = ${id} and g.granted`);
  }

  override async others(
    accountIds: readonly ProfileId[],
    than: ConnectionId,
    orgId: OrgId,
  ): Promise<readonly (StoredGrant & { readonly scopes: readonly string[] })[]> {
    const rows = await this.database.inside(sql<GrantRow & { scopes: string[] }>`
      select g.connection_id, g.account_id, a.platform, g.granted, g.problem, g.tasks, c.scopes
      from app.account_grant g
      join app.account a on a.org_id = g.org_id and a.id = g.account_id
      join app.connection c on c.org_id = g.org_id and c.id = g.connection_id
      where g.org_id = ${orgId} and g.account_id = any(${[...accountIds]}::uuid[]) and g.connection_id <> ${than}
        and g.granted
      order by c.authorised_at desc`);
    return rows.map((row) => ({ ...stored(row), scopes: row.scopes }));
  }

  override async access(accountId: ProfileId, orgId: OrgId): Promise<AccountAccess | null> {
    const [row] = await this.database.inside(sql<AccessRow>`
      select a.platform, a.external_id, c.id as connection_id, c.epoch, c.scopes, g.id as grant_id, g.token,
        g.problem, p.trouble is not null as refused
      from app.profile p
      join app.account a on a.org_id = p.org_id and a.id = p.id
      join app.connection c on c.org_id = p.org_id and c.id = p.connection_id
      join app.account_grant g on g.org_id = p.org_id and g.connection_id = p.connection_id and g.account_id = p.id
      where p.org_id = ${orgId} and p.id = ${accountId} and p.track`);
    if (row === undefined) return null;
    noteInLog({ connection_id: toWire('conn', row.connection_id), profile_id: toWire('prof', accountId) });
    return {
      accountId,
      orgId,
      platform: row.platform,
      externalId: row.external_id,
      connectionId: row.connection_id,
      connectionEpoch: row.epoch,
      scopes: row.scopes,
      grantId: row.grant_id,
      problem: row.problem,
      refused: row.refused,
      token: row.token,
    };
  }
}

interface AccessRow {
  platform: Platform;
  external_id: string;
  connection_id: ConnectionId;
  epoch: number;
  scopes: string[];
  grant_id: string;
  problem: GrantProblem | null;
  refused: boolean;
  token: string | null;
}

function stored(row: GrantRow): StoredGrant {
  return {
    connectionId: row.connection_id,
    accountId: row.account_id,
    platform: row.platform,
    granted: row.granted,
    problem: row.problem,
    tasks: row.tasks,
  };
}
