/** Connections: how the aggregate lies in its table, and the repository that finds it. */
import { defineEntity, EntityManager, LockMode, p } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Connections, type ConnectionKey } from '@application/connections/ports.js';
import { Connection, ConnectionNotFound } from '@domain/connection/connection.js';
import type { ReauthReason } from '@domain/connection/health.js';
import type { ConnectionId, OrgId, UserId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from '../database.js';

export const ConnectionTable = defineEntity({
  class: Connection,
  tableName: 'connection',
  properties: {
    id: p.uuid().$type<ConnectionId>().primary(),
    orgId: p.text().$type<OrgId>(),
    provider: p.text().$type<ProviderName>(),
    externalUserId: p.text(),
    displayName: p.text(),
    username: p.text().nullable(),
    pictureUrl: p.text().nullable(),
    scopes: p.array().columnType('text[]'),
    dataAccessExpiresAt: p.datetime().nullable(),
    connectedBy: p.text().$type<UserId>(),
    connectedAt: p.datetime(),
    authorisedAt: p.datetime(),
    reauthReason: p.text().$type<ReauthReason>().nullable(),
    epoch: p.integer(),
  },
});

@Injectable()
export class PostgresConnections extends Connections {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
  ) {
    super();
  }

  override async get(id: ConnectionId, orgId: OrgId): Promise<Connection> {
    const found = await this.em.findOne(Connection, { id, orgId });
    if (found === null) throw new ConnectionNotFound();
    return found;
  }

  override async lock(id: ConnectionId, orgId: OrgId): Promise<Connection> {
    const found = await this.em.findOne(Connection, { id, orgId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (found === null) throw new ConnectionNotFound();
    return found;
  }

  override lockOf(provider: ProviderName, externalUserId: string, orgId: OrgId): Promise<Connection | null> {
    return this.em.findOne(Connection, { provider, externalUserId, orgId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  override async add(connection: Connection): Promise<void> {
    await this.em.persist(connection).flush();
  }

  override async remove(connection: Connection): Promise<void> {
    await this.em.remove(connection).flush();
  }

  override async called(id: ConnectionId, orgId: OrgId): Promise<void> {
    await this.database.inside(
      sql`update app.connection set last_call_at = app.now() where id = ${id} and org_id = ${orgId}`,
    );
  }

  override async ofSamePerson(connection: Connection): Promise<readonly ConnectionKey[]> {
    return this.database.inside(sql<ConnectionKey>`
      select id, org_id as "orgId" from app.connection
      where provider = ${connection.provider} and external_user_id = ${connection.externalUserId}
        and id <> ${connection.id} and reauth_reason is null`);
  }

  override async takeDueChecks(limit: number): ReturnType<Connections['takeDueChecks']> {
    return this.database.inside(sql<ConnectionKey & { provider: ProviderName }>`
      with due as (
        select c.id, c.provider = 'x' and not exists (
            select 1 from app.profile p where p.org_id = c.org_id and p.connection_id = c.id and p.track) as idle
        from app.connection c join app.organisation o on o.id = c.org_id
        where c.next_check_at <= app.now() and c.reauth_reason is null and o.status = 'active' and o.erase_at is null
        order by c.next_check_at limit ${limit} for update of c skip locked
      )
      -- Spread over an hour, so that those who were connected together are not checked together for ever.
      update app.connection c set next_check_at =
        app.now() + case when due.idle then interval '7 days' else interval '1 day' end - random() * interval '1 hour'
      from due where c.id = due.id
      returning c.id, c.org_id as "orgId", c.provider`);
  }

  override async checked({ id, orgId }: ConnectionKey, retryAt: Date | null): Promise<void> {
    await this.database.inside(sql`
      update app.connection set
        last_check_at = case when ${retryAt}::timestamptz is null then app.now() else last_check_at end,
        next_check_at = coalesce(${retryAt}::timestamptz, next_check_at)
      where id = ${id} and org_id = ${orgId}`);
  }

  override async loss({ id, orgId }: ConnectionKey, seen: boolean): Promise<boolean> {
    const [row] = await this.database.inside(sql<{ believed: boolean }>`
      update app.connection set loss_seen_at = case when ${seen}::boolean then coalesce(loss_seen_at, app.now()) end
      where id = ${id} and org_id = ${orgId}
      returning coalesce(loss_seen_at <= app.now() - interval '2 minutes', false) as believed`);
    return row?.believed ?? false;
  }
}
