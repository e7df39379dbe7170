/** Creates profiles, the plan limit, and the time since when a profile has a problem. */
export const PROFILES = `
-- An account while a connection serves it; the serving connection always has a grant for it.
create table app.profile (
  id uuid primary key,
  org_id text not null,
  platform text not null,
  connection_id uuid not null,
  track boolean not null default false,
  publish boolean not null default false,
  is_default boolean not null default false,
  track_problem text,
  publish_problem text,
  -- Why the provider refuses this account, although it is granted; null: it does not.
  trouble text,
  -- How often it was refused since then: the schedule waits longer each time.
  trouble_tries integer not null default 0,
  -- Since when the profile has its problem: kept by the trigger below, for every statement that writes the reason.
  problem_since timestamptz,
  unique (org_id, id),
  check (publish or not is_default),
  foreign key (org_id, id, platform) references app.account (org_id, id, platform) deferrable initially deferred,
  foreign key (org_id, connection_id, id) references app.account_grant (org_id, connection_id, account_id) deferrable initially deferred
);
-- One for each way in which the list can be narrowed, in its order.
create index profile_connection on app.profile (org_id, connection_id, id);
create index profile_platform on app.profile (org_id, platform, id);
create index profile_tracked on app.profile (org_id, track, id);
create index profile_publishable on app.profile (org_id, ((publish and publish_problem is null)::integer), id);
create index profile_active on app.profile (org_id) where track or publish;
create unique index profile_default on app.profile (org_id, platform) where is_default;

-- The plan limit as a constraint. Only the step from parked to active is refused, so that lowering a limit never fails.
create function app.profile_plan_limit() returns trigger language plpgsql as $$
declare allowed integer; used integer;
begin
  if not (new.track or new.publish) or (tg_op = 'UPDATE' and (old.track or old.publish)) then return new; end if;
  select active_profile_limit into allowed from app.organisation where id = new.org_id for update;
  if allowed is null then return new; end if;
  select count(*) into used from app.profile where org_id = new.org_id and (track or publish) and id <> new.id;
  if used >= allowed then
    raise exception 'plan_limit_reached' using errcode = 'check_violation', constraint = 'profile_plan_limit';
  end if;
  return new;
end $$;
create trigger profile_plan_limit before insert or update of track, publish on app.profile
  for each row execute function app.profile_plan_limit();

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
`;
