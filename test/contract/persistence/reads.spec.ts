/** What a list costs, and whose rows it shows: the reading statements as PostgreSQL runs them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kysely, PostgresDialect, sql, type RawBuilder } from 'kysely';
import { randomUUID } from 'node:crypto';
import { Pool, types } from 'pg';
import { ListAuditEvents, type AuditFilter } from '@application/audit/list-audit-events.js';
import { ListConnectSessions, type SessionFilter } from '@application/connect-sessions/get-connect-session.js';
import { GetReceipt } from '@application/disconnecting/preview-disconnect.js';
import type { Cursors } from '@application/ports/cursors.js';
import { ListNotices } from '@application/notices/list-notices.js';
import type { PictureLinks } from '@application/pictures/ports.js';
import type { Providers } from '@application/ports/providers.js';
import { ListProfiles, type ProfileFilter } from '@application/profiles/list-profiles.js';
import { ListPosts } from '@application/sync/list-posts.js';
import { ListSyncRuns } from '@application/sync/list-sync-runs.js';
import type { ConnectionId, OrgId, ProfileId, UserId } from '@domain/ids.js';
import { ConnectionNotFound } from '@domain/connection/connection.js';
import type { Database } from '@infrastructure/persistence/database.js';
import { ListAuditEventsHandler } from '@infrastructure/persistence/reads/audit.reads.js';
import { ListConnectSessionsHandler } from '@infrastructure/persistence/reads/connect-sessions.reads.js';
import { GetReceiptHandler } from '@infrastructure/persistence/reads/disconnecting.reads.js';
import { ListNoticesHandler } from '@infrastructure/persistence/reads/notices.reads.js';
import { ListProfilesHandler } from '@infrastructure/persistence/reads/profiles.reads.js';
import { ListPostsHandler, ListSyncRunsHandler } from '@infrastructure/persistence/reads/sync.reads.js';
import { createDatabase, type TestDatabase } from '../../support/databases.js';

let database: TestDatabase;
let kysely: Kysely<unknown>;
beforeAll(async () => {
  database = await createDatabase();
  // As the ORM's pool: timestamps stay text.
  const TIMESTAMPTZ = 1184;
  const asText = (oid: number, format?: 'text') =>
    oid === TIMESTAMPTZ ? (text: string) => text : types.getTypeParser(oid, format);
  const pool = new Pool({ connectionString: database.url, max: 1, types: { getTypeParser: asText as never } });
  kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
});
afterAll(async () => {
  await kysely.destroy();
  await database.drop();
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows that were looked at in the tables. */
const rowsRead = (plan: Plan): number =>
  (plan['Node Type'].includes('Scan')
    ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
    : 0) + (plan.Plans ?? []).reduce((all, inner) => all + rowsRead(inner), 0);

/** What the statements of `work` read, when their plans are asked for. */
async function readBy(work: (explaining: Database) => Promise<unknown>): Promise<number> {
  let read = 0;
  await work({
    read: async (statement: RawBuilder<unknown>) => {
      const { rows } = await sql<{
        'QUERY PLAN': [{ Plan: Plan }];
      }>`explain (analyze, format json) ${statement}`.execute(kysely);
      read += rowsRead(rows[0]!['QUERY PLAN'][0].Plan);
      return [];
    },
  } as unknown as Database);
  return read;
}

const page = { limit: 50, cursor: null };
const noCursors = {} as Cursors;

describe('The audit log narrowed by', () => {
  const org = 'org_many' as OrgId;
  beforeAll(async () => {
    await sql`
      insert into app.audit_event (id, org_id, at, actor_kind, actor_id, on_behalf_of, action, subject, details)
      select gen_random_uuid(), ${org}, timestamptz '2026-01-01' + n * interval '1 minute',
        case when n % 3 = 0 then 'system' when n % 3 = 1 then 'user' else 'service' end,
        case when n % 3 = 0 then null when n = 1000 then 'rare' else 'often' end,
        case when n % 3 = 2 then case when n = 2000 then 'spoken-for' else 'member' end end,
        case when n = 3000 then 'erasure.requested' else 'profile.switched' end, 'subject-' || n % 20000, '{}'
      from generate_series(1, 60000) n`.execute(kysely);
    await sql`analyze app.audit_event`.execute(kysely);
  });

  it.each<[string, AuditFilter]>([
    ['nothing', {}],
    ['a frequent action', { action: 'profile.switched' }],
    ['a rare action', { action: 'erasure.requested' }],
    ['an action that never was', { action: 'erasure.canceled' }],
    ['a frequent actor', { actor: 'often' }],
    ['a rare actor', { actor: 'rare' }],
    ['a member whom a service spoke for', { actor: 'spoken-for' }],
    ['an actor who never was', { actor: 'never' }],
    ['the system', { actor: 'system' }],
    ['a subject', { subject: 'subject-7' }],
    ['a time', { from: new Date('2026-01-03').toISOString(), to: new Date('2026-01-04').toISOString() } as never],
  ])('%s reads about as many rows as it shows', async (_, filter) => {
    const read = await readBy((explaining) =>
      new ListAuditEventsHandler(explaining, noCursors).execute(new ListAuditEvents(org, filter, page)),
    );
    // Three selects of 51 rows each, and what they are put together from.
    expect(read).toBeLessThanOrEqual(160);
  });
});

describe('A list narrowed by', () => {
  const org = 'org_lists' as OrgId;
  const [account, connection] = [randomUUID() as ProfileId, randomUUID() as ConnectionId];
  const reader = 'reader' as UserId;

  beforeAll(async () => {
    const many = sql`generate_series(1, 20000) n`;
    // The rare ones are at the far end of each list.
    const rare = (often: string, seldom: string) => sql`case when n < 5 then ${seldom} else ${often} end`;
    const id = sql`(lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid`;
    await kysely.connection().execute(async (one) => {
      const run = (statement: RawBuilder<unknown>) => statement.execute(one);
      // What the rows point at is not needed to read them.
      await run(sql`do $$ declare fk record; begin
        for fk in select conrelid::regclass as held, conname from pg_constraint
          where contype = 'f' and connamespace = 'app'::regnamespace
        loop execute format('alter table %s drop constraint %I', fk.held, fk.conname); end loop;
      end $$`);
      await run(sql`insert into app.organisation (id, name, plan, time_zone, approval_available, status)
        values (${org}, 'Acme', 'starter', 'UTC', false, 'active')`);
      await run(sql`insert into app.sync_run (id, org_id, account_id, trigger, state)
        select ${id}, ${org}, case when n % 2 = 0 then ${account}::uuid else ${id} end, 'schedule',
          ${rare('succeeded', 'failed')} from ${many}`);
      await run(sql`insert into app.connect_session
          (id, org_id, provider, created_by, link_hash, browser_hash, state, outcome, expires_at)
        select ${id}, ${org}, case when n < 4 then 'meta' else 'x' end, 'ada', int4send(n), '',
          case n when 1 then 'discovering' when 2 then 'pending' when 3 then 'pending' when 4 then 'completed' else 'failed' end,
          case when n < 4 then null when n = 4 then 'connected' when n = 5 then 'denied' else 'expired' end,
          app.now() + case n when 3 then interval '-1 minute' else interval '1 hour' end
        from ${many}`);
      await run(sql`insert into app.account (id, org_id, platform, external_id, name)
        select ${id}, ${org}, 'x', n::text, 'Ana' from ${many}`);
      await run(sql`insert into app.profile (id, org_id, platform, connection_id, track, publish)
        select ${id}, ${org}, case when n > 19995 then 'x' else 'facebook' end,
          case when n > 19995 then ${connection}::uuid else ${id} end, n > 19995, n > 19995
        from ${many}`);
      await run(sql`insert into app.account_grant (id, org_id, connection_id, account_id, granted, tasks)
        select ${id}, ${org}, ${id}, ${id}, true, '{}' from ${many}`);
      await run(sql`insert into app.connection (id, org_id, provider, external_user_id, display_name, scopes,
          connected_by, connected_at, authorised_at, epoch)
        select ${id}, ${org}, 'x', n::text, 'Ana', '{}', 'ada', app.now(), app.now(), 1 from ${many}`);
      await run(sql`insert into app.post (id, org_id, account_id, platform, published_at, source)
        select ${id}, ${org}, case when n < 5 then ${account}::uuid else ${id} end, 'x',
          timestamptz '2026-01-01' + n * interval '1 minute', 'platform' from ${many}`);
      await run(sql`insert into app.notice (id, org_id, kind, subject_kind, subject_id, subject_name, event)
        select ${id}, ${org}, 'reconnect_needed', 'connection', ${id}, 'Ana', n::text from ${many}`);
      await run(sql`insert into app.notice_read (org_id, notice_id, user_id)
        select ${org}, ${id}, ${reader} from generate_series(1, 4) n`);
      await run(
        sql`analyze app.sync_run, app.connect_session, app.account, app.account_grant, app.connection, app.profile,
          app.post, app.notice, app.notice_read`,
      );
    });
  });

  const runs = (filter: ListSyncRuns['filter']) => (explaining: Database) =>
    new ListSyncRunsHandler(explaining, noCursors).execute(new ListSyncRuns(org, filter, page));
  const sessions = (filter: SessionFilter) => (explaining: Database) =>
    new ListConnectSessionsHandler(explaining, noCursors).execute(new ListConnectSessions(org, filter, page));
  const profiles = (filter: ProfileFilter) => (explaining: Database) =>
    new ListProfilesHandler(explaining, noCursors, {} as PictureLinks).execute(new ListProfiles(org, filter, page));
  const notices = (filter: ListNotices['filter']) => (explaining: Database) =>
    new ListNoticesHandler(explaining, noCursors).execute(new ListNotices(org, reader, filter, page));

  it.each<[string, (explaining: Database) => Promise<unknown>]>([
    ['nothing: the sync log', runs({})],
    ['a frequent state: the sync log', runs({ state: 'succeeded' })],
    ['a rare state: the sync log', runs({ state: 'failed' })],
    ['a state that never was: the sync log', runs({ state: 'canceled' })],
    ['a profile: the sync log', runs({ profileId: account })],
    ['a profile and a rare state: the sync log', runs({ profileId: account, state: 'failed' })],
    ['nothing: connect sessions', sessions({})],
    ['a frequent state: connect sessions', sessions({ state: 'expired' })],
    ['a rare way of having ended: connect sessions', sessions({ state: 'failed' })],
    ['a rare state: connect sessions', sessions({ state: 'completed' })],
    ['waiting: connect sessions', sessions({ state: 'pending' })],
    ['a state that never was: connect sessions', sessions({ state: 'awaiting_acceptance' })],
    ['a frequent provider: connect sessions', sessions({ provider: 'x' })],
    ['a rare provider: connect sessions', sessions({ provider: 'meta' })],
    ['a rare provider and a frequent state: connect sessions', sessions({ provider: 'meta', state: 'expired' })],
    ['nothing: profiles', profiles({})],
    ['a frequent platform: profiles', profiles({ platform: 'facebook' })],
    ['a rare platform: profiles', profiles({ platform: 'x' })],
    ['tracked: profiles', profiles({ tracked: true })],
    ['not tracked: profiles', profiles({ tracked: false })],
    ['publishable: profiles', profiles({ publishable: true })],
    ['not publishable: profiles', profiles({ publishable: false })],
    ['a connection: profiles', profiles({ connectionId: connection })],
    ['nothing: posts', (explaining) => posts(explaining, null)],
    ['a profile: posts', (explaining) => posts(explaining, account)],
    ['nothing: notices', notices({})],
    ['read: notices', notices({ unread: false })],
    ['unread: notices', notices({ unread: true })],
  ])('%s reads no more than its page and what hangs on it', async (_, work) => {
    // Each of the 51 is put together from up to four others. There are 20,000 of everything.
    expect(await readBy(work)).toBeLessThanOrEqual(5 * 51);
  });

  function posts(explaining: Database, profileId: ProfileId | null): Promise<unknown> {
    // The profile is asked for first, and found.
    const found = { read: async (statement: RawBuilder<unknown>) => [1, ...(await explaining.read(statement))] };
    return new ListPostsHandler(found as unknown as Database, noCursors)
      .execute(new ListPosts(org, profileId, page))
      .catch(() => undefined);
  }
});

it('AZ-01 a receipt is found by its own organisation alone', async () => {
  const connectionId = randomUUID() as ConnectionId;
  for (const org of ['org_ours', 'org_theirs']) {
    await sql`insert into app.organisation (id, name, plan, time_zone, approval_available, status)
      values (${org}, 'Acme', 'starter', 'UTC', false, 'active')`.execute(kysely);
  }
  const id = randomUUID();
  await sql`insert into app.disconnection (id, org_id, connection_id, provider, display_name, profiles_removed,
    profiles_passed_on, runs_canceled, posts_kept) values (${id}, 'org_ours', ${connectionId}, 'x', 'Ana', 1, 0, 0, 0)`.execute(
    kysely,
  );
  await sql`insert into app.revocation (id, org_id, disconnection_id, provider, external_user_id, outcome)
    values (${randomUUID()}, 'org_ours', ${id}, 'x', 'ana', 'pending')`.execute(kysely);
  const reading = {
    read: async (statement: RawBuilder<unknown>) => (await statement.execute(kysely)).rows,
  } as unknown as Database;
  const receipts = new GetReceiptHandler(reading, {
    connectedAppsUrl: () => 'https://x.example',
  } as unknown as Providers);
  expect(await receipts.execute(new GetReceipt('org_ours' as OrgId, connectionId))).toMatchObject({
    display_name: 'Ana',
  });
  await expect(receipts.execute(new GetReceipt('org_theirs' as OrgId, connectionId))).rejects.toThrow(
    ConnectionNotFound,
  );
});
