/** A picture is due the moment its address changes, whoever writes that: comparing all of them every few seconds took seconds. */
import { Migration } from '@mikro-orm/migrations';

const PICTURES_DUE = `
-- Accounts and profiles are written in bulk, and so is this: a row at a time took a minute for 20,000.
create function app.profile_pictures_due() returns trigger language plpgsql as $$
begin
  insert into app.picture (id, org_id, profile_id)
  select gen_random_uuid(), p.org_id, p.id
  from fresh p join app.account a on a.org_id = p.org_id and a.id = p.id
  where a.picture_url is not null
  on conflict (org_id, owner_id) do update set next_at = app.now(), failures = 0;
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
  on conflict (org_id, owner_id) do update set next_at = app.now(), failures = 0;
  -- The provider shows none any more: neither do we.
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
    on conflict (org_id, owner_id) do update set next_at = app.now(), failures = 0;
  end if;
  return null;
end $$;
create trigger picture_due after insert on app.connection
  for each row when (new.picture_url is not null) execute function app.connection_picture_due();
create trigger picture_changed after update of picture_url on app.connection
  for each row when (new.picture_url is distinct from old.picture_url) execute function app.connection_picture_due();

insert into app.picture (id, org_id, profile_id)
select gen_random_uuid(), p.org_id, p.id from app.profile p join app.account a on a.org_id = p.org_id and a.id = p.id
where a.picture_url is not null on conflict do nothing;
insert into app.picture (id, org_id, connection_id)
select gen_random_uuid(), org_id, id from app.connection where picture_url is not null on conflict do nothing;
`;

export class PicturesDue extends Migration {
  override up(): void {
    this.addSql(PICTURES_DUE);
  }
}
