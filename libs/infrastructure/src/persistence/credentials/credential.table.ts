/**
 * Stores credentials: each step of the refresh protocol is one statement that checks version and lease by the
 * database's clock.
 */
import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import {
  Credentials,
  type MarkedForReauth,
  type SealedTokens,
  type StoredCredential,
} from '@application/credentials/ports.js';
import { noteInLog } from '@application/ports/log-context.js';
import { toWire } from '@application/wire-ids.js';
import type { ReauthReason } from '@domain/connection/health.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, date } from '../database.js';

interface CredentialRow {
  provider: ProviderName;
  external_user_id: string;
  reauth_reason: ReauthReason | null;
  access_token: string;
  refresh_token: string | null;
  access_expires_at: string | null;
  version: number;
  lease_until: string | null;
  presented_at: string | null;
  presented_count: number;
  read_at: string;
}

@Injectable()
export class PostgresCredentials extends Credentials {
  constructor(private readonly database: Database) {
    super();
  }

  override read(id: ConnectionId, orgId: OrgId): Promise<StoredCredential | null> {
    return this.find(id, orgId, sql``);
  }

  override lock(id: ConnectionId, orgId: OrgId): Promise<StoredCredential | null> {
    return this.find(id, orgId, sql`for update of k`);
  }

  private async find(id: ConnectionId, orgId: OrgId, lock: RawBuilder<unknown>): Promise<StoredCredential | null> {
    const [row] = await this.database.inside(sql<CredentialRow>`
      select k.provider, c.external_user_id, c.reauth_reason, k.access_token, k.refresh_token, k.access_expires_at,
        k.version, k.lease_until, k.presented_at, k.presented_count, app.now() as read_at
      from app.credential k join app.connection c on c.org_id = k.org_id and c.id = k.id
      where k.id = ${id} and k.org_id = ${orgId} ${lock}`);
    if (row === undefined) return null;
    noteInLog({ connection_id: toWire('conn', id) });
    return {
      id,
      orgId,
      provider: row.provider,
      externalUserId: row.external_user_id,
      reauthReason: row.reauth_reason,
      accessToken: row.access_token,
      refreshToken: row.refresh_token,
      accessExpiresAt: date(row.access_expires_at),
      renewable: row.refresh_token !== null,
      version: row.version,
      leaseUntil: date(row.lease_until),
      presentedAt: date(row.presented_at),
      presentedCount: row.presented_count,
      readAt: date(row.read_at),
    };
  }

  override async replace(id: ConnectionId, orgId: OrgId, provider: ProviderName, tokens: SealedTokens): Promise<void> {
    await this.database.inside(sql`
      insert into app.credential (id, org_id, provider, access_token, refresh_token, access_expires_at, refreshed_at)
      values (${id}, ${orgId}, ${provider}, ${tokens.accessToken}, ${tokens.refreshToken ?? null},
        ${tokens.accessExpiresAt}, app.now())
      on conflict (id) do update set access_token = excluded.access_token, refresh_token = excluded.refresh_token,
        access_expires_at = excluded.access_expires_at, refreshed_at = app.now(), version = credential.version + 1,
        lease_token = null, lease_until = null, presented_hash = null, presented_at = null, presented_count = 0
      where credential.org_id = excluded.org_id`);
  }

  override async claim(
    { id, orgId, version, presentedCount }: StoredCredential,
    leaseSeconds: number,
    presentedHash: Uint8Array,
  ): Promise<string | null> {
    const [row] = await this.database.inside(sql<{ lease_token: string }>`
      update app.credential k set lease_token = gen_random_uuid(),
        lease_until = app.now() + make_interval(secs => ${leaseSeconds}),
        presented_hash = ${Buffer.from(presentedHash).toString('base64url')},
        presented_at = app.now(), presented_count = presented_count + 1
      from app.connection c
      where k.id = ${id} and k.org_id = ${orgId} and k.version = ${version} and k.presented_count = ${presentedCount}
        and c.org_id = k.org_id and c.id = k.id and c.reauth_reason is null
        and (k.lease_until is null or k.lease_until < app.now())
      returning k.lease_token`);
    return row?.lease_token ?? null;
  }

  override async storeRefreshed(
    { id, orgId, version }: StoredCredential,
    tokens: SealedTokens,
  ): Promise<'stored' | 'overtaken' | 'gone'> {
    const stored = await this.database.inside(sql`
      update app.credential set access_token = ${tokens.accessToken},
        refresh_token = coalesce(${tokens.refreshToken ?? null}, refresh_token),
        access_expires_at = ${tokens.accessExpiresAt}, refreshed_at = app.now(), version = version + 1,
        lease_token = null, lease_until = null, presented_hash = null, presented_at = null, presented_count = 0
      where id = ${id} and org_id = ${orgId} and version = ${version}
      returning id`);
    if (stored.length > 0) {
      // Another process may have marked it as needs_reauth meanwhile: with the successor the connection works again.
      await this.database.inside(sql`
        update app.connection set reauth_reason = null
        where id = ${id} and org_id = ${orgId} and reauth_reason = 'rotation_outcome_lost'`);
      return 'stored';
    }
    const left = await this.database.inside(sql`select 1 from app.credential where id = ${id} and org_id = ${orgId}`);
    return left.length > 0 ? 'overtaken' : 'gone';
  }

  override async releaseLease(
    { id, orgId, version }: StoredCredential,
    lease: string,
    mark: 'keep' | 'clear',
  ): Promise<void> {
    const clear = mark === 'clear';
    await this.database.inside(sql`
      update app.credential set lease_token = null, lease_until = null,
        presented_hash = case when ${clear} then null else presented_hash end,
        presented_at = case when ${clear} then null else presented_at end,
        presented_count = case when ${clear} then 0 else presented_count end
      where id = ${id} and org_id = ${orgId} and version = ${version} and lease_token = ${lease}`);
  }

  override async markNeedsReauth(
    id: ConnectionId,
    orgId: OrgId,
    version: number,
    reason: ReauthReason,
    lease: string | null,
  ): ReturnType<Credentials['markNeedsReauth']> {
    const [row] = await this.database.inside(sql<MarkedForReauth & { before: ReauthReason | null; current: boolean }>`
      select c.reauth_reason as before, c.display_name as name, c.provider,
        k.version = ${version} and (${lease}::uuid is null or k.lease_token = ${lease}::uuid) as current
      from app.connection c join app.credential k on k.org_id = c.org_id and k.id = c.id
      where c.id = ${id} and c.org_id = ${orgId} for update`);
    if (row === undefined || !row.current) return 'overtaken';
    if (row.before !== null) return { before: row.before };
    await this.database.inside(sql`
      update app.connection set reauth_reason = ${reason} where id = ${id} and org_id = ${orgId}`);
    return { name: row.name, provider: row.provider };
  }

  override async setExpiry(id: ConnectionId, orgId: OrgId, version: number, at: Date | null): Promise<void> {
    await this.database.inside(sql`
      update app.credential set access_expires_at = ${at}
      where id = ${id} and org_id = ${orgId} and version = ${version}`);
  }
}
