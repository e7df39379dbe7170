/** Maps connections to their table, and finds them. */
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

  override async recordCall(id: ConnectionId, orgId: OrgId): Promise<void> {
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

  override async checkNow(keys: readonly ConnectionKey[]): Promise<void> {
    await this.database.inside(sql`
      update app.connection c set check_sent_at = app.now(),
        -- Where a worker has claimed it, its lease stays: the reason is newer than that check, which is then done once
        -- more.
        check_again = c.check_sent_at is not null and c.check_next_at > app.now(),
        check_next_at = case when c.check_sent_at is null then app.now() else c.check_next_at end
      from unnest(${keys.map((key) => key.id)}::uuid[], ${keys.map((key) => key.orgId)}::text[]) as due (id, org_id)
      where c.id = due.id and c.org_id = due.org_id`);
  }

  override async requestCheck({ id, orgId }: ConnectionKey): Promise<boolean> {
    const rows = await this.database.inside(sql`
      update app.connection set check_next_at = app.now(), check_sent_at = app.now()
      where id = ${id} and org_id = ${orgId}
        -- Due and sent: the job is in the queue, or is sent again where it was lost.
        and check_sent_at is null
      returning id`);
    return rows.length > 0;
  }

  override async loss({ id, orgId }: ConnectionKey, seen: boolean): Promise<boolean> {
    const [row] = await this.database.inside(sql<{ believed: boolean }>`
      update app.connection set loss_seen_at = case when ${seen}::boolean then coalesce(loss_seen_at, app.now()) end
      where id = ${id} and org_id = ${orgId}
      returning coalesce(loss_seen_at <= app.now() - interval '2 minutes', false) as believed`);
    return row?.believed ?? false;
  }
}
