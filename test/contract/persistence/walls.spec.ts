/** What raw SQL cannot do to the database either, whatever the application's code becomes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client, Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../support/databases.js';
import { active, organisation, profiles, wall } from './seed.js';

let database: TestDatabase;
let client: Client;
/** Ten connections of other processes. */
let others: Pool;

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database.url);
  others = new Pool({ connectionString: database.url, max: 10 });
});
afterAll(async () => {
  await Promise.all([client.end(), others.end()]);
  await database.drop();
});

async function connect(url: string): Promise<Client> {
  const one = new Client({ connectionString: url });
  await one.connect();
  return one;
}

const activate = (by: Client | Pool, id: string): Promise<unknown> =>
  by.query('update app.profile set track = true where id = $1', [id]);

const choose = (by: Client | Pool, id: string): Promise<unknown> =>
  by.query('update app.profile set publish = true, is_default = true where id = $1', [id]);

const offsetHours = async (kind: string): Promise<number> => {
  await client.query('begin');
  try {
    await client.query("update app.deployment set kind = $1, clock_offset = '3 hours'", [kind]);
    const { rows } = await client.query<{ hours: number }>(
      'select (extract(epoch from app.now() - statement_timestamp()) / 3600)::float8 as hours',
    );
    return rows[0]!.hours;
  } finally {
    await client.query('rollback');
  }
};

describe('LM-01 The plan limit', () => {
  it('is exactly reached by ten connections that switch thirty profiles on at once, without any lock of ours', async () => {
    const org = await organisation(client, 5);
    const ids = await profiles(client, org, 30);

    const met = await Promise.all(ids.map((id) => wall(activate(others, id))));

    expect(met.filter((one) => one === null)).toHaveLength(5);
    expect(met.filter((one) => one === 'profile_plan_limit')).toHaveLength(25);
    expect(await active(client, org)).toBe(5);
  });

  it('holds within one statement that would switch all on', async () => {
    const org = await organisation(client, 3);
    await profiles(client, org, 5);

    expect(await wall(client.query('update app.profile set publish = true where org_id = $1', [org]))).toBe(
      'profile_plan_limit',
    );
    expect(await active(client, org)).toBe(0);
  });

  it('holds for a profile that is born active', async () => {
    const org = await organisation(client, 1);
    const [taken = '', spare = ''] = await profiles(client, org, 2);
    await activate(client, taken);
    await client.query('begin');
    await client.query('delete from app.profile where id = $1', [spare]);

    const born = client.query(
      `insert into app.profile (id, org_id, platform, connection_id, track)
       select $1, org_id, platform, connection_id, true from app.profile where id = $2`,
      [spare, taken],
    );

    expect(await wall(born)).toBe('profile_plan_limit');
    await client.query('rollback');
  });

  it('never refuses a lower limit, and then lets through only what makes nothing more active', async () => {
    const org = await organisation(client, 4);
    const ids = await profiles(client, org, 5);
    for (const id of ids.slice(0, 4)) await activate(client, id);

    expect(
      await wall(client.query('update app.organisation set active_profile_limit = 1 where id = $1', [org])),
    ).toBeNull();
    expect(await active(client, org)).toBe(4);
    const change = (what: string, id: string): Promise<string | null> =>
      wall(client.query(`update app.profile set ${what} where id = $1`, [id]));
    expect(await change('publish = true', ids[0]!)).toBeNull();
    expect(await change('track = false', ids[1]!)).toBeNull();
    expect(await change('track = true', ids[4]!)).toBe('profile_plan_limit');
  });

  it('is none where the plan knows none, and one organisation’s full plan limits no other', async () => {
    const [full, unlimited] = [await organisation(client, 0), await organisation(client, null)];
    const [one = ''] = await profiles(client, full, 1);
    await profiles(client, unlimited, 3);

    expect(await wall(client.query('update app.profile set track = true where org_id = $1', [unlimited]))).toBeNull();
    expect(await wall(activate(client, one))).toBe('profile_plan_limit');
  });
});

describe('LM-05 Two defaults on one platform', () => {
  it('are impossible, also when ten are chosen at once', async () => {
    const org = await organisation(client, null);
    const ids = await profiles(client, org, 10);

    const met = await Promise.all(ids.map((id) => wall(choose(others, id))));

    expect(met.filter((one) => one === null)).toHaveLength(1);
    expect(met.filter((one) => one === 'profile_default')).toHaveLength(9);
  });

  it('are no two on different platforms, or in different organisations', async () => {
    const [org, another] = [await organisation(client, null), await organisation(client, null)];
    const made = [
      await profiles(client, org, 1, 'facebook'),
      await profiles(client, org, 1, 'instagram'),
      await profiles(client, another, 1, 'facebook'),
    ].flat();

    for (const id of made) expect(await wall(choose(client, id))).toBeNull();
  });

  it('need Publish on', async () => {
    const [id = ''] = await profiles(client, await organisation(client, null), 1);

    expect(await wall(client.query('update app.profile set is_default = true where id = $1', [id]))).toBe(
      'profile_check',
    );
  });
});

describe('AZ-03 A row of one organisation', () => {
  it('cannot point at another’s connection, account or grant', async () => {
    const [org, another] = [await organisation(client, null), await organisation(client, null)];
    const [ours = ''] = await profiles(client, org, 1);
    const [theirs = ''] = await profiles(client, another, 1);

    const steal = client.query(
      `update app.profile set connection_id = (select connection_id from app.profile where id = $1) where id = $2`,
      [theirs, ours],
    );
    expect(await wall(steal)).toBe('profile_org_id_connection_id_id_fkey');
    expect(await wall(client.query('update app.profile set org_id = $1 where id = $2', [another, ours]))).toMatch(
      /^profile_.*fkey$/,
    );
    expect(
      await wall(client.query('update app.account_grant set account_id = $1 where account_id = $2', [theirs, ours])),
    ).toMatch(/fkey$/);
  });
});

describe('OB-02 The audit log', () => {
  const DENIED = 'The audit log is append-only.';
  beforeAll(async () => {
    await client.query(
      `insert into app.audit_event (id, org_id, actor_kind, action, subject) values ($1, 'org_acme', 'system', 'a', 'b')`,
      [randomUUID()],
    );
  });

  it.each([
    ['changed', "update app.audit_event set actor_id = 'somebody'"],
    ['changed in a detail', "update app.audit_event set details = '{}'"],
    ['deleted', 'delete from app.audit_event'],
    ['emptied', 'truncate app.audit_event'],
    ['emptied with everything else', 'truncate app.organisation, app.audit_event cascade'],
  ])('cannot be %s, by the owner or by a superuser', async (_, statement) => {
    const superuser = await connect(database.adminUrl);
    try {
      expect(await wall(client.query(statement))).toBe(DENIED);
      expect(await wall(superuser.query(statement))).toBe(DENIED);
    } finally {
      await superuser.end();
    }
    const { rows } = await client.query<{ kept: number }>('select count(*)::int as kept from app.audit_event');
    expect(rows[0]?.kept).toBe(1);
  });
});

describe('app.now()', () => {
  it.each([
    ['test', 3],
    ['real', 0],
    ['demo', 0],
  ])('in a %s database with a moved clock is %s hours ahead', async (kind, hours) => {
    expect(await offsetHours(kind)).toBe(hours);
  });

  it('stands still within a statement, and goes on between two of one transaction', async () => {
    await client.query('begin');
    const { rows: first } = await client.query<{ same: boolean; now: string }>(
      'select app.now() = (select app.now() from pg_sleep(0.01)) as same, app.now()::text as now',
    );
    const { rows: second } = await client.query<{ now: string }>('select app.now()::text as now');
    await client.query('commit');

    expect(first[0]?.same).toBe(true);
    expect(second[0]!.now > first[0]!.now).toBe(true);
  });

  it('reads one row: a database cannot be marked twice', async () => {
    expect(await wall(client.query("insert into app.deployment (kind) values ('real')"))).toBe('deployment_pkey');
    expect(await wall(client.query("insert into app.deployment (singleton, kind) values (false, 'real')"))).toBe(
      'deployment_singleton_check',
    );
  });
});
