/** Durable work in the same words everywhere: `tries`, `next_at`, `sent_at`; and one place that says whose jobs run. */
import { Migration } from '@mikro-orm/migrations';

export class OneProtocol extends Migration {
  override up(): void {
    this.addSql(`
-- Jobs of an organisation run while it is active and nobody has asked for its erasure.
create view app.working_organisation as
  select id from app.organisation where status = 'active' and erase_at is null;

alter table app.revocation rename column attempts to tries;
alter table app.mail rename column attempts to tries;

alter table app.provider_callback rename column resends to tries;
alter table app.provider_callback alter column next_at set default app.now(), add column sent_at timestamptz default app.now();

alter table app.picture rename column failures to tries;
alter table app.picture add column sent_at timestamptz;
create or replace function app.profile_pictures_due() returns trigger language plpgsql as $$
begin
  insert into app.picture (id, org_id, profile_id)
  select gen_random_uuid(), p.org_id, p.id
  from fresh p join app.account a on a.org_id = p.org_id and a.id = p.id
  where a.picture_url is not null
  on conflict (org_id, owner_id) do update set next_at = app.now(), tries = 0, sent_at = null;
  return null;
end $$;
create or replace function app.account_pictures_due() returns trigger language plpgsql as $$
begin
  insert into app.picture (id, org_id, profile_id)
  select gen_random_uuid(), p.org_id, p.id
  from fresh a join stale s on s.id = a.id join app.profile p on p.org_id = a.org_id and p.id = a.id
  where a.picture_url is not null and a.picture_url is distinct from s.picture_url
  on conflict (org_id, owner_id) do update set next_at = app.now(), tries = 0, sent_at = null;
  -- The provider shows none any more: neither do we.
  delete from app.picture pic using fresh a
  where pic.org_id = a.org_id and pic.owner_id = a.id and a.picture_url is null;
  return null;
end $$;
create or replace function app.connection_picture_due() returns trigger language plpgsql as $$
begin
  if new.picture_url is null then
    delete from app.picture where org_id = new.org_id and owner_id = new.id;
  else
    insert into app.picture (id, org_id, connection_id) values (gen_random_uuid(), new.org_id, new.id)
    on conflict (org_id, owner_id) do update set next_at = app.now(), tries = 0, sent_at = null;
  end if;
  return null;
end $$;

alter table app.export rename column resends to tries;
alter table app.export drop column heartbeat_at,
  add column next_at timestamptz not null default app.now(), add column sent_at timestamptz default app.now();
create index export_next on app.export (next_at) where state in ('queued', 'running');

alter table app.erasure add column tries integer not null default 0;

drop index app.connection_check;
alter table app.connection rename column next_check_at to check_next_at;
alter table app.connection drop column check_lease_until,
  -- Made due while a worker holds it: it is done once more.
  add column check_again boolean not null default false;
create index connection_check on app.connection (check_next_at) where reauth_reason is null;

alter table app.connect_session rename column work_at to discovery_next_at;
alter table app.connect_session rename column work_tries to discovery_tries;
alter table app.connect_session rename column work_sent_at to discovery_sent_at;
alter index app.connect_session_work rename to connect_session_discovery;

alter table app.sync_run rename column resends to tries;
alter table app.sync_run drop column heartbeat_at, drop column resent_at, drop column waits_until,
  add column next_at timestamptz not null default app.now(), add column sent_at timestamptz default app.now();
create index sync_run_next on app.sync_run (next_at) where state in ('queued', 'running', 'waiting');
`);
  }
}
