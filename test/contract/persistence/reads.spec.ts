/** What a list costs, and whose rows it shows: the reading statements as PostgreSQL runs them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kysely, PostgresDialect, sql, type RawBuilder } from 'kysely';
import { randomUUID } from 'node:crypto';
import { Pool, types } from 'pg';
import { ListAuditEvents, type AuditFilter } from '@application/audit/list-audit-events.js';
import { GetReceipt } from '@application/disconnecting/preview-disconnect.js';
import type { Cursors } from '@application/ports/cursors.js';
import type { Providers } from '@application/ports/provider.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { ConnectionNotFound } from '@domain/connection/connection.js';
import type { Database } from '@infrastructure/persistence/database.js';
import { ListAuditEventsHandler } from '@infrastructure/persistence/reads/audit.reads.js';
import { GetReceiptHandler } from '@infrastructure/persistence/reads/disconnecting.reads.js';
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
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows that were looked at in the tables. */
const rowsRead = (plan: Plan): number =>
  (plan['Node Type'].includes('Scan') ? plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) : 0) +
  (plan.Plans ?? []).reduce((all, inner) => all + rowsRead(inner), 0);

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
    let read = 0;
    const explaining = {
      read: async (statement: RawBuilder<unknown>) => {
        const { rows } = await sql<{
          'QUERY PLAN': [{ Plan: Plan }];
        }>`explain (analyze, format json) ${statement}`.execute(kysely);
        read = rowsRead(rows[0]!['QUERY PLAN'][0].Plan);
        return [];
      },
    } as unknown as Database;
    const handler = new ListAuditEventsHandler(explaining, {} as Cursors);
    await handler.execute(new ListAuditEvents(org, filter, { limit: 50, cursor: null }));
    // Three selects of 51 rows each, and what they are put together from.
    expect(read).toBeLessThanOrEqual(160);
  });
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
