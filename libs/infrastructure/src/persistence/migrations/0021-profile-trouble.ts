/** Trouble of one profile stays with it; what a provider asks us to wait is kept for all processes. */
import { Migration } from '@mikro-orm/migrations';

export class ProfileTrouble extends Migration {
  override up(): void {
    this.addSql(`
alter table app.profile
  -- Why the provider refuses this account, although it is granted; null: it does not.
  add column trouble text,
  -- How often it was refused since then: the schedule waits longer each time.
  add column trouble_tries integer not null default 0,
  -- Since when the profile cannot do what it could: kept by the trigger below, whoever writes the reason.
  add column problem_since timestamptz;
update app.profile set problem_since = app.now() where track_problem is not null or publish_problem is not null;

create function app.profile_problem_since() returns trigger language plpgsql as $$
begin
  if coalesce(new.trouble, new.track_problem, new.publish_problem) is null then
    new.problem_since := null;
  elsif tg_op = 'INSERT' or (new.trouble, new.track_problem, new.publish_problem)
      is distinct from (old.trouble, old.track_problem, old.publish_problem) then
    new.problem_since := app.now();
  end if;
  return new;
end $$;
create trigger profile_problem_since before insert or update on app.profile
  for each row execute function app.profile_problem_since();

-- Meta shows no Instagram account once the person's data access has lapsed: then nothing is known of the link to a Page.
alter table app.account_grant drop constraint account_grant_problem_check;
alter table app.account_grant add constraint account_grant_problem_check
  check (problem in ('not_granted', 'instagram_not_linked', 'data_access_lapsed'));

-- Until when the provider wants no call: of our app as a whole, or of one account as the provider counts it.
create table app.provider_wait (
  provider text not null check (provider in ('meta', 'x')),
  subject text not null,
  until timestamptz not null,
  primary key (provider, subject)
);
create index provider_wait_until on app.provider_wait (until);
`);
  }
}
