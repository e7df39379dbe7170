/** OB-02: rows of the audit log are neither changed nor taken out, but by the two functions that are there for it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, type DatabaseError } from 'pg';
import { createDatabase, type TestDatabase } from '../../support/databases.js';

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  for (const org of ['ours', 'theirs'])
    for (const at of ['2026-01-01', '2026-02-01', '2026-03-01'])
      await client.query(
        `insert into app.audit_event (id, org_id, at, actor_kind, actor_id, action, subject, details)
         values (gen_random_uuid(), $1, $2, 'user', 'ann', 'connection.connected', 'conn_1', $3)`,
        [org, at, JSON.stringify({ provider: 'meta', external_user_id: '1234567' })],
      );
});
afterAll(async () => {
  await client.end();
  await database.drop();
});
afterEach(() => client.query('rollback'));

const left = async (org: string): Promise<number> =>
  (await client.query(`select 1 from app.audit_event where org_id = $1`, [org])).rowCount ?? 0;
/** The statement's error code; 'done' without one. */
const tried = (sql: string): Promise<string> =>
  client.query(sql).then(
    () => 'done',
    (error: DatabaseError) => error.code ?? 'no code',
  );
const REFUSED = '42501';

describe('OB-02 The audit log refuses', () => {
  it.each([
    [`update app.audit_event set subject = 'another'`],
    [`update app.audit_event set details = '{}' where org_id = 'ours'`],
    [`delete from app.audit_event where org_id = 'ours'`],
    [`truncate app.audit_event`],
    [`truncate app.organisation, app.audit_event cascade`],
    [`merge into app.audit_event e using (select 1) s on true when matched then delete`],
  ])('%s', async (sql) => {
    expect(await tried(sql)).toBe(REFUSED);
  });

  it('what comes after a pruning in the same transaction', async () => {
    await client.query('begin');
    await client.query(`select app.prune_audit('ours', '2026-01-15')`);
    expect(await tried(`delete from app.audit_event where org_id = 'ours'`)).toBe(REFUSED);
  });

  it('what comes after a forgetting in the same transaction', async () => {
    await client.query('begin');
    await client.query(`select app.forget_in_audit('meta', '1234567', '(erased)')`);
    expect(await tried(`update app.audit_event set subject = 'another'`)).toBe(REFUSED);
  });

  it('within a pruning, another organisation’s rows, later rows, and changes', async () => {
    for (const sql of [
      `delete from app.audit_event where org_id = 'theirs'`,
      `delete from app.audit_event where at >= '2026-02-01'`,
      `update app.audit_event set subject = 'another' where at < '2026-02-01' and org_id = 'ours'`,
    ]) {
      await client.query('begin');
      await client.query(
        `select set_config('app.audit_pruning', 'ours', true), set_config('app.audit_pruning_before', '2026-01-15', true)`,
      );
      expect([sql, await tried(sql)]).toEqual([sql, REFUSED]);
      await client.query('rollback');
    }
  });

  it('within a forgetting, rows that do not name the person, and a change of time, actor kind or action', async () => {
    for (const change of [`action = 'profile.switched'`, `at = now()`, `org_id = 'theirs'`, `id = gen_random_uuid()`]) {
      await client.query('begin');
      await client.query(`select set_config('app.audit_forgetting', '1234567', true)`);
      expect([change, await tried(`update app.audit_event set ${change} where org_id = 'ours'`)]).toEqual([
        change,
        REFUSED,
      ]);
      await client.query('rollback');
    }
    await client.query('begin');
    await client.query(`select set_config('app.audit_forgetting', 'somebody else', true)`);
    expect(await tried(`update app.audit_event set subject = 'another'`)).toBe(REFUSED);
  });
});

describe('app.prune_audit', () => {
  it('takes out one organisation’s rows before a time, and says how many', async () => {
    await client.query('begin');
    const { rows } = await client.query(`select app.prune_audit('ours', '2026-02-15')::int as gone`);
    expect([rows[0].gone, await left('ours'), await left('theirs')]).toEqual([2, 1, 3]);
  });

  it('takes out all of it for an erasure', async () => {
    await client.query('begin');
    await client.query(`select app.prune_audit('ours', 'infinity')`);
    expect([await left('ours'), await left('theirs')]).toEqual([0, 3]);
  });
});

describe('app.forget_in_audit', () => {
  it('takes a person of one provider out of every organisation’s rows, and leaves the rest of them', async () => {
    await client.query('begin');
    const none = await client.query(`select app.forget_in_audit('x', '1234567', '(erased)')::int as touched`);
    expect(none.rows[0].touched).toBe(0);
    const { rows } = await client.query(`select app.forget_in_audit('meta', '1234567', '(erased)')::int as touched`);
    expect(rows[0].touched).toBe(6);
    const after = await client.query(`select distinct actor_id, action, subject, details from app.audit_event`);
    expect(after.rows).toEqual([
      {
        actor_id: 'ann',
        action: 'connection.connected',
        subject: 'conn_1',
        details: { provider: 'meta', external_user_id: '(erased)' },
      },
    ]);
  });
});
