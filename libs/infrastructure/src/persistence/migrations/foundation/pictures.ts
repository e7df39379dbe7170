/** Creates pictures of profiles and of connected people. A trigger makes one due when its address changes. */
export const PICTURES = `
-- Deleted with its owner: a profile that no connection serves any more, or a connection that has ended, has no picture.
create table app.picture (
  id uuid primary key,
  org_id text not null,
  profile_id uuid,
  connection_id uuid,
  -- The owner, of either kind: for comparing the stored pictures with the required ones as sets.
  owner_id uuid not null generated always as (coalesce(profile_id, connection_id)) stored,
  -- The provider's own address, as it was last tried. It is never shown.
  source_url text,
  -- Increases with each change of the bytes, and is part of every link to them.
  version integer not null default 0,
  webp bytea check (octet_length(webp) <= 65536),
  width integer,
  fetched_at timestamptz,
  failed_at timestamptz,
  tries integer not null default 0,
  problem text,
  next_at timestamptz not null default app.now(),
  sent_at timestamptz,
  unique (org_id, id),
  unique (org_id, owner_id),
  check ((profile_id is null) <> (connection_id is null)),
  check ((webp is null) = (fetched_at is null)),
  foreign key (org_id, profile_id) references app.profile (org_id, id) on delete cascade deferrable initially deferred,
  foreign key (org_id, connection_id) references app.connection (org_id, id) on delete cascade deferrable initially deferred
);
create index picture_due on app.picture (next_at);

-- In bulk, as accounts and profiles are written: one row at a time took a minute for 20,000.
create function app.profile_pictures_due() returns trigger language plpgsql as $$
begin
  insert into app.picture (id, org_id, profile_id)
  select gen_random_uuid(), p.org_id, p.id
  from fresh p join app.account a on a.org_id = p.org_id and a.id = p.id
  where a.picture_url is not null
  on conflict (org_id, owner_id) do update set next_at = app.now(), tries = 0, sent_at = null;
  return null;
end $$;
create trigger pictures_due after insert on app.profile
  referencing new table as fresh for each statement execute function app.profile_pictures_due();

create function app.account_pictures_due() returns trigger language plpgsql as $$
begin
  insert into app.picture (id, org_id, profile_id)
  select gen_random_uuid(), p.org_id, p.id
  from fresh a join stale s on s.id = a.id join app.profile p on p.org_id = a.org_id and p.id = a.id
  where a.picture_url is not null and a.picture_url is distinct from s.picture_url
  on conflict (org_id, owner_id) do update set next_at = app.now(), tries = 0, sent_at = null;
  -- The provider has none any more: it is deleted here too.
  delete from app.picture pic using fresh a
  where pic.org_id = a.org_id and pic.owner_id = a.id and a.picture_url is null;
  return null;
end $$;
create trigger pictures_due after update on app.account
  referencing old table as stale new table as fresh for each statement execute function app.account_pictures_due();

create function app.connection_picture_due() returns trigger language plpgsql as $$
begin
  if new.picture_url is null then
    delete from app.picture where org_id = new.org_id and owner_id = new.id;
  else
    insert into app.picture (id, org_id, connection_id) values (gen_random_uuid(), new.org_id, new.id)
    on conflict (org_id, owner_id) do update set next_at = app.now(), tries = 0, sent_at = null;
  end if;
  return null;
end $$;
create trigger picture_due after insert on app.connection
  for each row when (new.picture_url is not null) execute function app.connection_picture_due();
create trigger picture_changed after update of picture_url on app.connection
  for each row when (new.picture_url is distinct from old.picture_url) execute function app.connection_picture_due();
`;
