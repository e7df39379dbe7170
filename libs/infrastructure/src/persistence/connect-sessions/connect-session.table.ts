/** Stores connect sessions and their attempts; a state is used up by one statement, in whichever process. */
import { defineEntity, EntityManager, LockMode, p } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ConnectSessions, type Attempt, type Consumed, type SessionKey } from '@application/connect-sessions/ports.js';
import { ConnectSessionNotFound, TooManyAttempts } from '@domain/connection/connect-errors.js';
import {
  ConnectSession,
  type ConnectIntent,
  type SessionKind,
  type SessionOutcome,
  type StoredSessionState,
} from '@domain/connection/connect-session.js';
import type { ConnectionId, ConnectSessionId, OrgId, UserId } from '@domain/ids.js';
import type { ProviderError } from '@domain/connection/provider-error.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, date } from '../database.js';

export const ConnectSessionTable = defineEntity({
  class: ConnectSession,
  tableName: 'connect_session',
  properties: {
    id: p.uuid().$type<ConnectSessionId>().primary(),
    orgId: p.text().$type<OrgId>(),
    provider: p.text().$type<ProviderName>(),
    kind: p.text().$type<SessionKind>(),
    intent: p.text().$type<ConnectIntent>(),
    createdBy: p.text().$type<UserId>().nullable(),
    createdByService: p.text().nullable(),
    reconnects: p.uuid().$type<ConnectionId>().nullable(),
    returnTo: p.text().nullable(),
    expiresAt: p.datetime(),
    state: p.text().$type<StoredSessionState>(),
    outcome: p.text().$type<SessionOutcome>().nullable(),
    connectionId: p.uuid().$type<ConnectionId>().nullable(),
    mismatchedAt: p.datetime().nullable(),
    providerError: p.json().$type<ProviderError>().nullable(),
  },
});

/** A callback that arrived in time may still be exchanging its code: only after that is a session ended. */
const CALLBACK_SECONDS = 120;

/** More attempts within ten minutes than a person makes by going back and trying again. */
const MOST_ATTEMPTS = 20;

@Injectable()
export class PostgresConnectSessions extends ConnectSessions {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
  ) {
    super();
  }

  override async now(): Promise<Date> {
    const [row] = await this.database.inside(sql<{ now: string }>`select app.now() as now`);
    return date(row!.now);
  }

  override async add(
    session: ConnectSession,
    hashes: { readonly link: Uint8Array; readonly browser: Uint8Array | null },
  ): Promise<void> {
    await this.database.inside(sql`
      insert into app.connect_session (id, org_id, provider, kind, intent, created_by, created_by_service, reconnects,
        return_to, link_hash, browser_hash, state, expires_at)
      values (${session.id}, ${session.orgId}, ${session.provider}, ${session.kind}, ${session.intent},
        ${session.createdBy}, ${session.createdByService}, ${session.reconnects}, ${session.returnTo}, ${hashes.link},
        ${hashes.browser}, 'pending', ${session.openUntil})`);
  }

  override async countOpen(orgId: OrgId): Promise<number> {
    const [{ open } = { open: 0 }] = await this.database.inside(sql<{ open: number }>`
      select count(*)::int as open from app.connect_session
      where org_id = ${orgId} and state in ('pending', 'discovering', 'awaiting_acceptance') and expires_at > app.now()`);
    return open;
  }

  override async get(id: ConnectSessionId, orgId: OrgId): Promise<ConnectSession> {
    const found = await this.em.findOne(ConnectSession, { id, orgId });
    if (found === null) throw new ConnectSessionNotFound();
    return found;
  }

  override async lock(id: ConnectSessionId, orgId: OrgId): Promise<ConnectSession> {
    const found = await this.em.findOne(
      ConnectSession,
      { id, orgId },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (found === null) throw new ConnectSessionNotFound();
    return found;
  }

  override async byLink(linkHash: Uint8Array): ReturnType<ConnectSessions['byLink']> {
    const [row] = await this.database.inside(sql<{
      id: ConnectSessionId;
      org_id: OrgId;
      browser_hash: Uint8Array | null;
    }>`
      select id, org_id, browser_hash from app.connect_session where link_hash = ${linkHash} for update`);
    if (row === undefined) return null;
    return { session: await this.get(row.id, row.org_id), browserHash: row.browser_hash };
  }

  override async claim(id: ConnectSessionId, orgId: OrgId, browserHash: Uint8Array): Promise<boolean> {
    const claimed = await this.database.inside(sql`
      update app.connect_session set browser_hash = ${browserHash}
      where id = ${id} and org_id = ${orgId} and kind = 'link' and browser_hash is null
      returning id`);
    return claimed.length > 0;
  }

  override async addAttempt(
    stateHash: Uint8Array,
    attempt: Attempt & { readonly browserHash: Uint8Array; readonly expiresAt: Date; readonly pageHash: Uint8Array },
  ): Promise<boolean> {
    // The count is exact: each caller that adds one holds the session's lock.
    const [{ open } = { open: 0 }] = await this.database.inside(sql<{ open: number }>`
      select count(*)::int as open from app.oauth_attempt
      where org_id = ${attempt.orgId} and session_id = ${attempt.sessionId} and consumed_at is null
        and expires_at > app.now()`);
    if (open >= MOST_ATTEMPTS) throw new TooManyAttempts(MOST_ATTEMPTS);
    const added = await this.database.inside(sql`
      insert into app.oauth_attempt (state_hash, org_id, session_id, provider, redirect_uri, browser_hash, code_verifier,
        expires_at, page_hash)
      values (${stateHash}, ${attempt.orgId}, ${attempt.sessionId}, ${attempt.provider}, ${attempt.redirectUri},
        ${attempt.browserHash}, ${attempt.codeVerifier}, ${attempt.expiresAt}, ${attempt.pageHash})
      on conflict (page_hash) do nothing
      returning session_id`);
    return added.length > 0;
  }

  override async consume(
    stateHash: Uint8Array,
    by: {
      readonly provider: ProviderName;
      readonly redirectUri: string;
      readonly browserHashes: readonly Uint8Array[];
    },
  ): Promise<Consumed> {
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
    const key = { sessionId: known.session_id, orgId: known.org_id };
    if (!known.ours) return { is: 'other_browser', ...key };
    return known.used ? { is: 'used', ...key } : { is: 'unknown' };
  }

  override async discovered(id: ConnectSessionId, orgId: OrgId, found: number): Promise<void> {
    await this.database.inside(sql`
      update app.connect_session set discovered = ${found}
      where id = ${id} and org_id = ${orgId} and state = 'discovering'`);
  }

  override async supersede(
    orgId: OrgId,
    provider: ProviderName,
    connectionId: ConnectionId,
  ): Promise<readonly ConnectSessionId[]> {
    const ended = await this.database.inside(sql<{ id: ConnectSessionId }>`
      update app.connect_session set state = 'failed', outcome = 'superseded'
      where org_id = ${orgId} and provider = ${provider}
        and (state = 'pending' and expires_at > app.now()
          -- Also where a code was exchanged and its person is not known yet.
          or state = 'discovering' and coalesce(connection_id, ${connectionId}) = ${connectionId})
      returning id`);
    return ended.map((row) => row.id);
  }

  override async overdue(limit: number): Promise<readonly SessionKey[]> {
    const rows = await this.database.inside(sql<{ id: ConnectSessionId; org_id: OrgId }>`
      select id, org_id from app.connect_session
      where state in ('pending', 'awaiting_acceptance')
        and expires_at <= app.now() - make_interval(secs => ${CALLBACK_SECONDS})
      order by expires_at limit ${limit}`);
    return rows.map((row) => ({ sessionId: row.id, orgId: row.org_id }));
  }

  override async prune(keepDays: number, limit: number): Promise<number> {
    const before = sql`app.now() - make_interval(days => ${keepDays})`;
    const [removed] = await this.database.inside(sql<{ rows: number }>`
      with sessions as (
        delete from app.connect_session where id in (
          select id from app.connect_session
          where expires_at < ${before} and state <> 'awaiting_acceptance'
          order by expires_at limit ${limit} for update skip locked)
        returning 1
      ), attempts as (
        -- These are not needed any more; the used ones lead a reload to the outcome, and are deleted with their
        -- session.
        delete from app.oauth_attempt where state_hash in (
          select state_hash from app.oauth_attempt
          where consumed_at is null and expires_at < app.now() - interval '1 day'
          order by expires_at limit ${limit} for update skip locked)
        returning 1
      )
      select (select count(*) from sessions)::int + (select count(*) from attempts)::int as rows`);
    return removed!.rows;
  }
}

interface AttemptRow {
  session_id: ConnectSessionId;
  org_id: OrgId;
  provider: ProviderName;
  redirect_uri: string;
  code_verifier: string | null;
}
