/** Connect sessions and their attempts; a state is used up by one statement, whichever process asks. */
import { defineEntity, EntityManager, p } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ConnectSessions, type Attempt } from '@application/connecting/ports.js';
import { ConnectSession, ConnectSessionNotFound, type SessionOutcome } from '@domain/connection/connect-session.js';
import type { ConnectionId, ConnectSessionId, OrgId, UserId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from './database.js';

export const ConnectSessionTable = defineEntity({
  class: ConnectSession,
  tableName: 'connect_session',
  properties: {
    id: p.uuid().$type<ConnectSessionId>().primary(),
    orgId: p.text().$type<OrgId>(),
    provider: p.text().$type<ProviderName>(),
    createdBy: p.text().$type<UserId>(),
    reconnects: p.uuid().$type<ConnectionId>().nullable(),
    returnTo: p.text().nullable(),
    expiresAt: p.datetime(),
    state: p.text().$type<'pending' | 'discovering' | 'completed' | 'failed'>(),
    outcome: p.text().$type<SessionOutcome>().nullable(),
    connectionId: p.uuid().$type<ConnectionId>().nullable(),
  },
});

@Injectable()
export class PostgresConnectSessions extends ConnectSessions {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
  ) {
    super();
  }

  override async add(
    session: ConnectSession,
    hashes: { readonly link: Uint8Array; readonly browser: Uint8Array },
  ): Promise<void> {
    await this.database.inside(sql`
      insert into app.connect_session (id, org_id, provider, created_by, reconnects, return_to, link_hash, browser_hash,
        state, expires_at)
      values (${session.id}, ${session.orgId}, ${session.provider}, ${session.createdBy}, ${session.reconnects},
        ${session.returnTo}, ${hashes.link}, ${hashes.browser}, 'pending', ${session.openUntil})`);
  }

  override async get(id: ConnectSessionId, orgId: OrgId): Promise<ConnectSession> {
    const found = await this.em.findOne(ConnectSession, { id, orgId });
    if (found === null) throw new ConnectSessionNotFound();
    return found;
  }

  override async byLink(
    linkHash: Uint8Array,
  ): Promise<{ readonly session: ConnectSession; readonly browserHash: Uint8Array } | null> {
    const [row] = await this.database.inside(sql<{ id: ConnectSessionId; org_id: OrgId; browser_hash: Uint8Array }>`
      select id, org_id, browser_hash from app.connect_session where link_hash = ${linkHash} for update`);
    if (row === undefined) return null;
    return { session: await this.get(row.id, row.org_id), browserHash: row.browser_hash };
  }

  override async addAttempt(
    stateHash: Uint8Array,
    attempt: Attempt & { readonly browserHash: Uint8Array; readonly expiresAt: Date },
  ): Promise<void> {
    await this.database.inside(sql`
      insert into app.oauth_attempt (state_hash, org_id, session_id, provider, redirect_uri, browser_hash, code_verifier,
        expires_at)
      values (${stateHash}, ${attempt.orgId}, ${attempt.sessionId}, ${attempt.provider}, ${attempt.redirectUri},
        ${attempt.browserHash}, ${attempt.codeVerifier}, ${attempt.expiresAt})`);
  }

  override async consume(
    stateHash: Uint8Array,
    by: {
      readonly provider: ProviderName;
      readonly redirectUri: string;
      readonly browserHashes: readonly Uint8Array[];
    },
  ): ReturnType<ConnectSessions['consume']> {
    const hashes = by.browserHashes.map((hash) => Buffer.from(hash));
    const [used] = await this.database.inside(sql<AttemptRow>`
      with open as (
        select state_hash, code_verifier from app.oauth_attempt where state_hash = ${stateHash} for update
      )
      update app.oauth_attempt a set consumed_at = app.now(), code_verifier = null
      from open
      where a.state_hash = open.state_hash and a.consumed_at is null and a.expires_at > app.now()
        and a.provider = ${by.provider} and a.redirect_uri = ${by.redirectUri}
        and a.browser_hash = any(${hashes}::bytea[])
      returning a.session_id, a.org_id, a.provider, a.redirect_uri, open.code_verifier`);
    if (used !== undefined) {
      return {
        is: 'open',
        attempt: {
          sessionId: used.session_id,
          orgId: used.org_id,
          provider: used.provider,
          redirectUri: used.redirect_uri,
          codeVerifier: used.code_verifier,
        },
      };
    }
    const [known] = await this.database.inside(sql<{
      session_id: ConnectSessionId;
      org_id: OrgId;
      used: boolean;
      ours: boolean;
    }>`
      select session_id, org_id, consumed_at is not null as used, browser_hash = any(${hashes}::bytea[]) as ours
      from app.oauth_attempt
      where state_hash = ${stateHash} and provider = ${by.provider} and redirect_uri = ${by.redirectUri}
        and (consumed_at is not null or expires_at > app.now())`);
    if (known === undefined) return { is: 'unknown' };
    if (!known.ours) return { is: 'other_browser' };
    return known.used ? { is: 'used', sessionId: known.session_id, orgId: known.org_id } : { is: 'unknown' };
  }

  override async discovered(id: ConnectSessionId, orgId: OrgId, found: number): Promise<void> {
    await this.database.inside(sql`
      update app.connect_session set discovered = ${found}
      where id = ${id} and org_id = ${orgId} and state = 'discovering'`);
  }

  override async supersede(orgId: OrgId, provider: ProviderName): Promise<number> {
    const ended = await this.database.inside(sql`
      update app.connect_session set state = 'failed', outcome = 'superseded'
      where org_id = ${orgId} and provider = ${provider} and state in ('pending', 'discovering')
      returning id`);
    return ended.length;
  }
}

interface AttemptRow {
  session_id: ConnectSessionId;
  org_id: OrgId;
  provider: ProviderName;
  redirect_uri: string;
  code_verifier: string | null;
}
