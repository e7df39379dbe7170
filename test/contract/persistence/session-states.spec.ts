/** Where a connect session stands by the clock: the views say in SQL what the domain says. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Kysely, PostgresDialect, sql, type RawBuilder } from 'kysely';
import { randomUUID } from 'node:crypto';
import { Pool, types } from 'pg';
import { GetConnectSession } from '@application/connect-sessions/get-connect-session.js';
import { ConnectSession, type SessionOutcome, type StoredSessionState } from '@domain/connection/connect-session.js';
import type { ConnectSessionId, OrgId } from '@domain/ids.js';
import type { Database } from '@infrastructure/persistence/database.js';
import { GetConnectSessionHandler } from '@infrastructure/persistence/reads/connect-sessions.reads.js';
import { createDatabase, type TestDatabase } from '../../support/databases.js';

const ORG = 'org_states' as OrgId;
const NOW = new Date('2026-06-01T12:00:00Z');

let database: TestDatabase;
let kysely: Kysely<unknown>;
beforeAll(async () => {
  database = await createDatabase();
  const TIMESTAMPTZ = 1184;
  const asText = (oid: number, format?: 'text') =>
    oid === TIMESTAMPTZ ? (text: string) => text : types.getTypeParser(oid, format);
  const pool = new Pool({ connectionString: database.url, max: 1, types: { getTypeParser: asText as never } });
  kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
  await sql`
    insert into app.organisation (id, name, plan, time_zone, approval_available, status)
    values (${ORG}, 'States', 'starter', 'UTC', false, 'active')`.execute(kysely);
  await sql`update app.deployment set clock_offset = ${NOW.toISOString()}::timestamptz - now()`.execute(kysely);
});
afterAll(async () => {
  await kysely.destroy();
  await database.drop();
});

const handler = new GetConnectSessionHandler({
  read: async (statement: RawBuilder<unknown>) => (await statement.execute(kysely)).rows,
} as unknown as Database);

const STATES: readonly (readonly [StoredSessionState, SessionOutcome | null])[] = [
  ['pending', null],
  ['awaiting_acceptance', null],
  ['discovering', null],
  ['completed', 'connected'],
  ['failed', 'denied'],
  ['failed', 'expired'],
  ['failed', 'browser_mismatch'],
];
const cases = STATES.flatMap(([state, outcome]) =>
  [true, false].flatMap((mismatched) =>
    [-60_000, 60_000].map((left) => ({ state, outcome, mismatched, left, over: left < 0 ? 'over' : 'left' })),
  ),
);

it.each(cases)('$state, $outcome, another browser: $mismatched, time is $over', async (one) => {
  const id = randomUUID() as ConnectSessionId;
  const [expiresAt, mismatchedAt] = [new Date(NOW.getTime() + one.left), one.mismatched ? NOW : null];
  await sql`
    insert into app.connect_session (id, org_id, provider, kind, intent, created_by_service, link_hash, state, outcome, expires_at, mismatched_at)
    values (${id}, ${ORG}, 'meta', 'link', 'connect', 'host', ${Buffer.from(id)}, ${one.state}, ${one.outcome}, ${expiresAt},
      ${mismatchedAt})`.execute(kysely);
  const session = new ConnectSession(
    id,
    ORG,
    'meta',
    'link',
    'connect',
    null,
    null,
    null,
    null,
    expiresAt,
    one.state,
    one.outcome,
    null,
    mismatchedAt,
    null,
  );

  const { state, outcome } = await handler.execute(new GetConnectSession(ORG, id));
  expect({ state, outcome }).toEqual({ state: session.stateAt(NOW), outcome: session.outcomeAt(NOW) });
});
