/** Rows as raw SQL puts them there, past every rule of the application: what the database's own walls are tried with. */
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';

export async function organisation(client: Client, limit: number | null): Promise<string> {
  const id = `org_${randomUUID().slice(0, 8)}`;
  await client.query(
    `insert into app.organisation (id, name, plan, active_profile_limit, time_zone, approval_available, status)
     values ($1, 'Acme', 'starter', $2, 'UTC', false, 'active')`,
    [id, limit],
  );
  return id;
}

/** Parked profiles of one connection, in one transaction: their foreign keys are checked at its end. */
export async function profiles(client: Client, org: string, count: number, platform = 'facebook'): Promise<string[]> {
  const connection = randomUUID();
  const ids = Array.from({ length: count }, () => randomUUID());
  await client.query('begin');
  await client.query(
    `insert into app.connection (id, org_id, provider, external_user_id, display_name, scopes, connected_by, connected_at,
       authorised_at, epoch)
     values ($1, $2, 'meta', $3, 'Ana', '{}', 'user', now(), now(), 1)`,
    [connection, org, randomUUID()],
  );
  for (const id of ids) {
    await client.query(
      `insert into app.account (id, org_id, platform, external_id, name) values ($1, $2, $3, $4, 'Page')`,
      [id, org, platform, id],
    );
    await client.query(
      `insert into app.account_grant (id, org_id, connection_id, account_id, granted, tasks)
       values (gen_random_uuid(), $1, $2, $3, true, '{}')`,
      [org, connection, id],
    );
    await client.query(`insert into app.profile (id, org_id, platform, connection_id) values ($1, $2, $3, $4)`, [
      id,
      org,
      platform,
      connection,
    ]);
  }
  await client.query('commit');
  return ids;
}

export async function active(client: Client, org: string): Promise<number> {
  const { rows } = await client.query<{ active: number }>(
    'select count(*)::int as active from app.profile where org_id = $1 and (track or publish)',
    [org],
  );
  return rows[0]!.active;
}

/** The name of the wall that a statement ran into; null where it went through. */
export async function wall(statement: Promise<unknown>): Promise<string | null> {
  return statement.then(
    () => null,
    (error: { constraint?: string; message: string }) => error.constraint ?? error.message,
  );
}
