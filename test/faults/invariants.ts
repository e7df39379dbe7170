// What holds after every fault, whatever it was: asked of the database, of the queue and of everything that was ever printed.
import { toWire } from '@application/wire-ids.js';
import type { FaultFixture } from './support/fault-fixture.js';

/** Each finds what may not be there: no rows means that it holds. */
const INVARIANTS: Readonly<Record<string, string>> = {
  'a run that is neither ended nor heard of': `
    select id from app.sync_run where state in ('queued', 'running', 'waiting')
      and next_at < app.now() - interval '5 minutes'`,
  'more active profiles than the plan allows': `
    select o.id from app.organisation o join app.profile p on p.org_id = o.id and (p.track or p.publish)
    group by o.id, o.active_profile_limit having count(*) > o.active_profile_limit`,
  'two defaults on one platform': `
    select org_id as id from app.profile where is_default group by org_id, platform having count(*) > 1`,
  'two runs of one profile in one hour': `
    select account_id as id from app.sync_run where slot is not null and state <> 'canceled' group by account_id, slot having count(*) > 1`,
  'two runs of one profile under way': `
    select account_id as id from app.sync_run where state in ('queued', 'running', 'waiting')
    group by account_id having count(*) > 1`,
  'a credential after its disconnect': `
    select k.id from app.credential k join app.disconnection d on d.connection_id = k.id`,
  'a credential without its connection': `
    select k.id from app.credential k left join app.connection c on c.org_id = k.org_id and c.id = k.id
    where c.id is null`,
  'two connections of one person in one organisation': `
    select org_id as id from app.connection group by org_id, provider, external_user_id having count(*) > 1`,
  'tokens left in the outbox after its outcome': `
    select id from app.revocation where outcome <> 'pending' and (access_token is not null or refresh_token is not null)`,
  'tokens of Meta in the outbox': `
    select id from app.revocation where provider = 'meta' and external_user_id is not null
      and (access_token is not null or refresh_token is not null)`,
  'a grant that was exchanged, and that no worker takes': `
    select id from app.exchanged_grant where next_at < app.now() - interval '2 minutes'`,
  'a verifier after the use of its state': `
    select org_id as id from app.oauth_attempt where consumed_at is not null and code_verifier is not null`,
  'a connection that needs a person, and no notice says so': `
    select c.id from app.connection c left join app.notice n on n.org_id = c.org_id and n.kind = 'reconnect_needed'
    where c.reauth_reason is not null group by c.id having count(n.id) = 0`,
};

/** `<what is broken>: <id>` for each. */
export async function broken(fixture: FaultFixture): Promise<string[]> {
  const found: string[] = [];
  for (const [what, query] of Object.entries(INVARIANTS)) {
    for (const { id } of await fixture.sql<{ id: string }>(query)) {
      if (!fixture.overLimit.has(id)) found.push(`${what}: ${id}`);
    }
  }
  return [...found, ...(await unaudited(fixture))];
}

/** What was done stands in the audit log: once where it can happen once. */
async function unaudited(fixture: FaultFixture): Promise<string[]> {
  const rows = await fixture.sql<{ action: string; subject: string }>(
    `select action, subject from app.audit_event where action like 'connection.%'`,
  );
  const count = (subject: string, ...actions: string[]): number =>
    rows.filter((row) => row.subject === subject && actions.includes(row.action)).length;
  const found: string[] = [];
  for (const { connection_id: id } of await fixture.sql(`select connection_id from app.disconnection`)) {
    const times = count(toWire('conn', id), 'connection.disconnected');
    if (times !== 1) found.push(`a disconnect with ${times} audit rows: ${id}`);
  }
  for (const { id } of await fixture.sql(`select id from app.connection`)) {
    if (count(toWire('conn', id), 'connection.connected', 'connection.reconnected') === 0)
      found.push(`a connection without its audit row: ${id}`);
  }
  return found;
}
