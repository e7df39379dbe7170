/** Connections: how the aggregate lies in its table, and the repository that finds it. */
import { defineEntity, EntityManager, LockMode, p } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Connections, type ClaimedCheck, type ConnectionKey } from '@application/connections/ports.js';
import { LEASE_SECONDS } from '@application/ports/heartbeat.js';
import { Connection, ConnectionNotFound } from '@domain/connection/connection.js';
import type { ReauthReason } from '@domain/connection/health.js';
import type { ConnectionId, OrgId, UserId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, date } from '../database.js';

/** How long a job that was sent may take to be seen in the queue, or begun. */
const SENT_SECONDS = 25;

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

  override takeDueChecks(limit: number, queued: readonly ConnectionId[]): ReturnType<Connections['takeDueChecks']> {
    return this.database.inside(sql<ConnectionKey & { provider: ProviderName }>`
      with due as (
        select c.id from app.connection c join app.organisation o on o.id = c.org_id
        where c.next_check_at <= app.now() and c.reauth_reason is null and o.status = 'active' and o.erase_at is null
          and coalesce(c.check_lease_until <= app.now(), true)
          -- Sent a moment ago: by another process, or already on its way to a worker.
          and coalesce(c.check_sent_at <= app.now() - make_interval(secs => ${SENT_SECONDS}), true)
          and c.id <> all(${[...queued]}::uuid[])
        order by c.next_check_at limit ${limit} for update of c skip locked
      )
      update app.connection c set check_sent_at = app.now() from due where c.id = due.id
      returning c.id, c.org_id as "orgId", c.provider`);
  }

  override async checkNow(keys: readonly ConnectionKey[]): Promise<void> {
    await this.database.inside(sql`
      update app.connection c set next_check_at = app.now(), check_sent_at = app.now()
      from unnest(${keys.map((key) => key.id)}::uuid[], ${keys.map((key) => key.orgId)}::text[]) as due (id, org_id)
      where c.id = due.id and c.org_id = due.org_id`);
  }

  override async requestCheck({ id, orgId }: ConnectionKey): Promise<boolean> {
    const rows = await this.database.inside(sql`
      update app.connection set next_check_at = app.now(), check_sent_at = app.now()
      where id = ${id} and org_id = ${orgId}
        and coalesce(check_lease_until <= app.now(), true)
        -- Due and sent: the job is on its way, or is sent again where it was lost.
        and (next_check_at > app.now() or check_sent_at is null)
      returning id`);
    return rows.length > 0;
  }

  override async claimCheck({ id, orgId }: ConnectionKey): Promise<ClaimedCheck | null> {
    const [row] = await this.database.inside(sql<{ due: string; tries: number }>`
      update app.connection set check_tries = check_tries + 1,
        check_lease_until = app.now() + make_interval(secs => ${LEASE_SECONDS})
      where id = ${id} and org_id = ${orgId} and next_check_at <= app.now()
        and coalesce(check_lease_until <= app.now(), true)
      returning next_check_at as due, check_tries as tries`);
    if (row === undefined) return null;
    return { id, orgId, dueAt: date(row.due), tries: row.tries };
  }

  override async renewCheck({ id, orgId, tries }: ClaimedCheck): Promise<void> {
    await this.database.inside(sql`
      update app.connection set check_lease_until = app.now() + make_interval(secs => ${LEASE_SECONDS})
      where id = ${id} and org_id = ${orgId} and check_tries = ${tries} and check_lease_until is not null`);
  }

  override async recordCheck(
    { id, orgId, dueAt, tries }: ClaimedCheck,
    retryAfterSeconds: number | null,
  ): Promise<void> {
    const isDone = retryAfterSeconds === null;
    await this.database.inside(sql`
      update app.connection c set check_lease_until = null, check_sent_at = null,
        check_tries = case when ${isDone} then 0 else check_tries end,
        last_check_at = case when ${isDone} then app.now() else last_check_at end,
        next_check_at = case
          -- In milliseconds, as the claim knows it. Made due again meanwhile: what asks for it has happened since.
          when date_trunc('milliseconds', next_check_at) > ${dueAt}::timestamptz then next_check_at
          when not ${isDone} then app.now() + make_interval(secs => ${retryAfterSeconds ?? 0})
          -- Spread over an hour, so that those who were connected together are not checked together for ever.
          else app.now() - random() * interval '1 hour' + case
            when provider = 'x' and not exists (
              select 1 from app.profile p where p.org_id = c.org_id and p.connection_id = c.id and p.track)
            then interval '7 days' else interval '1 day' end
          end
      where id = ${id} and org_id = ${orgId} and check_tries = ${tries}`);
  }

  override async loss({ id, orgId }: ConnectionKey, seen: boolean): Promise<boolean> {
    const [row] = await this.database.inside(sql<{ believed: boolean }>`
      update app.connection set loss_seen_at = case when ${seen}::boolean then coalesce(loss_seen_at, app.now()) end
      where id = ${id} and org_id = ${orgId}
      returning coalesce(loss_seen_at <= app.now() - interval '2 minutes', false) as believed`);
    return row?.believed ?? false;
  }
}
