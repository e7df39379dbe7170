// The naive ways are red: the same races that ours stand up to break them, so that the other tests are known to bite.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { TOKEN_ENDPOINT } from '../support/link.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { tally } from '../support/tally.js';
import { activate, activateInOne, refreshUnderTtlLock, together, useState, useStateOnce } from './races.js';

const CROWD = 20;
let pool: Pool;
// Before the fixture drops its database.
afterAll(() => pool.end());
const fixture = useFaultFixture({ about: 'naive ways', processes: 1 });

beforeAll(async () => {
  pool = new Pool({ connectionString: fixture.database.url, max: 32 });
  await pool.query(`
    create schema naive;
    create table naive.state (value text primary key);
    create table naive.profile (id int primary key, active boolean not null default false);
    create table naive.credential (access text, refresh text, version int, locked_until timestamptz);`);
});

const race = async <T>(contest: (i: number) => Promise<T>, all = CROWD): Promise<T[]> =>
  Promise.all(Array.from({ length: all }, (_, i) => contest(i)));

it('a state that is looked up and then deleted is accepted again and again (OA-02)', async () => {
  await pool.query(`insert into naive.state values ('state')`);
  const looked = together(CROWD);
  const accepted = (await race(() => useState(pool, 'state', looked))).filter(Boolean);
  expect(accepted).toHaveLength(CROWD);

  await pool.query(`insert into naive.state values ('once')`);
  const lookedOnce = together(CROWD);
  expect((await race(() => useStateOnce(pool, 'once', lookedOnce))).filter(Boolean)).toHaveLength(1);
  tally('naive: state by select, then delete', { tries: CROWD, doubled: accepted.length - 1 });
});

it.each([
  ['counting first', activate],
  ['counting inside the update', activateInOne],
])('a limit that is kept by %s is passed (LM-01)', async (name, way) => {
  const limit = 5;
  await pool.query('delete from naive.profile');
  await pool.query('insert into naive.profile (id) select generate_series(0, $1)', [CROWD - 1]);
  const looked = together(CROWD);
  await race((i) => way(pool, i, limit, looked));
  const { rows } = await pool.query<{ active: number }>(
    'select count(*)::int as active from naive.profile where active',
  );
  expect(rows[0]!.active).toBeGreaterThan(limit);
  tally(`naive: limit by ${name}`, { tries: CROWD, doubled: rows[0]!.active - limit });
});

it('a lock with a time to live lets two refresh, and a strict provider ends the connection (RF-01, RF-03)', async () => {
  const link = await fixture.link();
  const tokens = await link.stored();
  await fixture.provider.switch('x.refresh_reuse', 'family_kill', link.person);
  await pool.query(`insert into naive.credential values ($1, $2, 1, '-infinity')`, [tokens.access, tokens.refresh]);
  const held = await fixture.provider.hold('after', { platform: 'x', path: TOKEN_ENDPOINT, person: link.person });
  const call = async (refresh: string): Promise<{ access: string; refresh: string } | null> => {
    const answer = await fetch(`${fixture.sandbox.origin}${TOKEN_ENDPOINT}`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('sandbox-x-client:sandbox-x-secret')}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh }),
    });
    const body = (await answer.json()) as { access_token: string; refresh_token: string };
    return answer.ok ? { access: body.access_token, refresh: body.refresh_token } : null;
  };
  // The first is slow, the lock runs out, the second presents the same token.
  const first = refreshUnderTtlLock(pool, 300, call);
  await held.reached();
  expect(await refreshUnderTtlLock(pool, 300, call)).toBe('refused');
  await held.release();
  expect(await first).toBe('renewed');

  const { rows } = await pool.query<{ access: string }>('select access from naive.credential');
  expect(await link.opens(rows[0]!.access)).toBe(false);
  const calls = await link.refreshes();
  expect(calls).toHaveLength(2);
  // It kept its tokens as they are: one more thing that is naive.
  await pool.query('drop schema naive cascade');
  tally('naive: refresh under a lock with a time to live', { tries: 2, lost: 1, doubled: calls.length - 1 });
});

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
