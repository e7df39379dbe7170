/** The first migration: tenants, grants, profiles, sync, the outbox of revocations, and the audit log. */
import { Migration } from '@mikro-orm/migrations';

/*
 * Keys: a tenant's table carries org_id, and a foreign key between two of them carries it on both sides, so that no row
 * can point into another organisation whatever the code does. Foreign keys are checked at commit: the ORM then need not
 * know the order of inserts.
 */
const CLOCK = `
create table app.deployment (
  singleton boolean primary key default true check (singleton),
  -- A demo's database holds nobody's secrets and must never be opened as a real one, nor the reverse.
  kind text not null check (kind in ('demo', 'real', 'test')),
  -- Moves app.now(), in a test's database only.
  clock_offset interval not null default '0',
  created_at timestamptz not null default now()
);

-- The one clock of all SQL. Stable within a statement, so that it can drive an index.
create function app.now() returns timestamptz language sql stable as $$
  select statement_timestamp() + coalesce((select clock_offset from app.deployment where kind = 'test'), interval '0')
$$;
`;

const TENANTS = `
create table app.organisation (
  id text primary key check (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  name text not null,
  plan text not null,
  active_profile_limit integer check (active_profile_limit >= 0),
  time_zone text not null,
  analytics_retention_days integer check (analytics_retention_days > 0),
  x_monthly_budget_usd numeric(12, 2) check (x_monthly_budget_usd >= 0),
  approval_available boolean not null,
  status text not null check (status in ('active', 'suspended')),
  created_at timestamptz not null default app.now(),
  updated_at timestamptz not null default app.now()
);

create table app.member (
  org_id text not null references app.organisation (id),
  user_id text not null check (user_id ~ '^[ -~]{1,255}$'),
  role text not null check (role in ('member', 'editor', 'admin', 'owner')),
  name text,
  email text,
  created_at timestamptz not null default app.now(),
  primary key (org_id, user_id)
);
create index member_user on app.member (user_id);
`;

const GRANTS = `
create table app.connection (
  id uuid primary key,
  org_id text not null references app.organisation (id),
  provider text not null check (provider in ('meta', 'x')),
  external_user_id text not null,
  display_name text not null,
  username text,
  picture_url text,
  scopes text[] not null,
  data_access_expires_at timestamptz,
  connected_by text not null,
  connected_at timestamptz not null,
  authorised_at timestamptz not null,
  reauth_reason text,
  epoch integer not null,
  last_call_at timestamptz,
  unique (org_id, id),
  unique (org_id, provider, external_user_id)
);
create index connection_person on app.connection (provider, external_user_id);

-- One row beside its connection, written often and by the refresh protocol alone.
create table app.credential (
  id uuid primary key,
  org_id text not null,
  provider text not null check (provider in ('meta', 'x')),
  access_token text not null,
  refresh_token text,
  access_expires_at timestamptz,
  refreshed_at timestamptz not null,
  version integer not null default 1,
  lease_token uuid,
  lease_until timestamptz,
  sent_hash text,
  sent_at timestamptz,
  sent_count integer not null default 0,
  unique (org_id, id),
  foreign key (org_id, id) references app.connection (org_id, id) on delete cascade deferrable initially deferred
);

-- What survives a disconnect: it holds no credential, and owns posts, metrics and runs.
create table app.account (
  id uuid primary key,
  org_id text not null references app.organisation (id),
  platform text not null check (platform in ('facebook', 'instagram', 'x')),
  external_id text not null,
  name text not null,
  username text,
  picture_url text,
  link text,
  created_at timestamptz not null default app.now(),
  unique (org_id, id),
  unique (org_id, id, platform),
  unique (org_id, platform, external_id)
);

-- connection × account: what one connection may do with one account.
create table app.account_grant (
  id uuid primary key,
  org_id text not null,
  connection_id uuid not null,
  account_id uuid not null,
  granted boolean not null,
  problem text check (problem in ('not_granted', 'instagram_not_linked')),
  tasks text[] not null,
  -- Where the platform gives one (Meta's Page token). A row without a usable token is never granted on Meta.
  token text,
  checked_at timestamptz not null default app.now(),
  unique (org_id, id),
  unique (org_id, connection_id, account_id),
  check (granted = (problem is null)),
  foreign key (org_id, connection_id) references app.connection (org_id, id) on delete cascade deferrable initially deferred,
  foreign key (org_id, account_id) references app.account (org_id, id) deferrable initially deferred
);
create index account_grant_account on app.account_grant (org_id, account_id);

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
  unique (org_id, id),
  check (publish or not is_default),
  foreign key (org_id, id, platform) references app.account (org_id, id, platform) deferrable initially deferred,
  foreign key (org_id, connection_id, id) references app.account_grant (org_id, connection_id, account_id) deferrable initially deferred
);
create index profile_connection on app.profile (org_id, connection_id);
create index profile_active on app.profile (org_id) where track or publish;
create unique index profile_default on app.profile (org_id, platform) where is_default;

-- The wall behind the plan limit. Only the step from parked to active is refused, so that lowering a limit never fails.
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
`;

const CONNECTING = `
create table app.connect_session (
  id uuid primary key,
  org_id text not null references app.organisation (id),
  provider text not null check (provider in ('meta', 'x')),
  created_by text not null,
  reconnects uuid,
  return_to text,
  -- SHA-256 of the link's token and of the browser's cookie: neither can be read back.
  link_hash bytea not null unique,
  browser_hash bytea not null,
  state text not null check (state in ('pending', 'discovering', 'completed', 'failed')),
  outcome text,
  connection_id uuid,
  discovered integer,
  expires_at timestamptz not null,
  created_at timestamptz not null default app.now(),
  unique (org_id, id),
  check ((outcome is not null) = (state in ('completed', 'failed')))
);
create index connect_session_open on app.connect_session (org_id, provider) where state in ('pending', 'discovering');

-- Found by the hash of the OAuth state, before anything else is known. Used up by one statement.
create table app.oauth_attempt (
  state_hash bytea primary key,
  org_id text not null,
  session_id uuid not null,
  provider text not null check (provider in ('meta', 'x')),
  redirect_uri text not null,
  browser_hash bytea not null,
  -- Sealed, and gone with the use of the state.
  code_verifier text,
  expires_at timestamptz not null,
  consumed_at timestamptz,
  foreign key (org_id, session_id) references app.connect_session (org_id, id) on delete cascade deferrable initially deferred
);
create index oauth_attempt_session on app.oauth_attempt (org_id, session_id);
create index oauth_attempt_expiry on app.oauth_attempt (expires_at);
`;

const SYNC = `
-- Drives the schedule: the queue is only transport, and losing it changes nothing about what is due.
create table app.sync_due (
  profile_id uuid primary key,
  org_id text not null,
  next_at timestamptz not null,
  unique (org_id, profile_id),
  foreign key (org_id, profile_id) references app.profile (org_id, id) on delete cascade deferrable initially deferred
);
create index sync_due_next on app.sync_due (next_at);

create table app.sync_run (
  id uuid primary key,
  org_id text not null,
  account_id uuid not null,
  trigger text not null check (trigger in ('schedule', 'manual', 'backfill')),
  -- The UTC hour of a scheduled run: once per profile and hour, whoever dispatches.
  slot timestamptz,
  state text not null check (state in ('queued', 'running', 'waiting', 'succeeded', 'partial', 'failed', 'canceled')),
  -- Moves with each worker that takes the run: an overtaken one may write nothing.
  epoch integer not null default 0,
  heartbeat_at timestamptz,
  queued_at timestamptz not null default app.now(),
  started_at timestamptz,
  ended_at timestamptz,
  posts_seen integer not null default 0,
  posts_new integer not null default 0,
  posts_updated integer not null default 0,
  conflicts_resolved integer not null default 0,
  calls integer not null default 0,
  billed_reads integer not null default 0,
  cost_usd numeric(12, 4) not null default 0,
  errors jsonb not null default '[]',
  unique (org_id, id),
  unique (account_id, slot),
  foreign key (org_id, account_id) references app.account (org_id, id) deferrable initially deferred
);
create unique index sync_run_active on app.sync_run (account_id) where state in ('queued', 'running', 'waiting');
create index sync_run_log on app.sync_run (org_id, id desc);
create index sync_run_account on app.sync_run (org_id, account_id, id desc);

create table app.post (
  id uuid primary key,
  org_id text not null references app.organisation (id),
  -- Null only for a post logged by hand whose account is not known yet.
  account_id uuid,
  platform text not null check (platform in ('facebook', 'instagram', 'x')),
  external_id text,
  permalink text,
  text text,
  published_at timestamptz not null,
  source text not null check (source in ('platform', 'published', 'manual')),
  gone_at timestamptz,
  first_seen_at timestamptz not null default app.now(),
  last_seen_at timestamptz not null default app.now(),
  unique (org_id, id),
  unique (org_id, account_id, external_id),
  check (account_id is not null or source = 'manual'),
  foreign key (org_id, account_id) references app.account (org_id, id) deferrable initially deferred
);
create index post_timeline on app.post (org_id, account_id, published_at desc, id desc);
create index post_org_timeline on app.post (org_id, published_at desc, id desc);

create table app.post_metric (
  org_id text not null,
  post_id uuid not null,
  name text not null,
  value bigint,
  reason text,
  as_of timestamptz not null,
  primary key (org_id, post_id, name),
  check ((value is null) = (reason is not null)),
  foreign key (org_id, post_id) references app.post (org_id, id) on delete cascade deferrable initially deferred
);
`;

const LETTING_GO = `
create table app.disconnection (
  id uuid primary key,
  org_id text not null references app.organisation (id),
  connection_id uuid not null,
  provider text not null check (provider in ('meta', 'x')),
  display_name text not null,
  requested_by text,
  at timestamptz not null default app.now(),
  profiles_removed integer not null,
  profiles_passed_on integer not null,
  runs_canceled integer not null,
  posts_kept integer not null,
  unique (org_id, id),
  unique (org_id, connection_id)
);

-- The outbox of revocations. Tokens are X's only, sealed, and shredded with the outcome or after a day.
create table app.revocation (
  id uuid primary key,
  org_id text not null,
  -- null: an authorisation that was never stored (the asker lost the right to connect meanwhile).
  disconnection_id uuid,
  provider text not null check (provider in ('meta', 'x')),
  external_user_id text not null,
  access_token text,
  refresh_token text,
  outcome text not null default 'pending'
    check (outcome in ('pending', 'revoked', 'already_gone', 'not_supported', 'kept_shared_grant', 'failed')),
  attempts integer not null default 0,
  next_at timestamptz not null default app.now(),
  created_at timestamptz not null default app.now(),
  ended_at timestamptz,
  unique (org_id, id),
  check (outcome = 'pending' or (access_token is null and refresh_token is null)),
  foreign key (org_id, disconnection_id) references app.disconnection (org_id, id) deferrable initially deferred
);
create index revocation_pending on app.revocation (next_at) where outcome = 'pending';
`;

const AUDIT = `
create table app.audit_event (
  id uuid primary key,
  org_id text not null,
  at timestamptz not null default app.now(),
  -- 'user:<id>', 'service:<client>', 'service:<client> for <id>', 'person:<external id>', 'system'
  actor text not null,
  action text not null,
  subject text not null,
  details jsonb not null default '{}',
  unique (org_id, id)
);
create index audit_event_log on app.audit_event (org_id, id desc);

create function app.audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'The audit log is append-only.' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_append_only before update or delete on app.audit_event
  for each row execute function app.audit_is_append_only();
create trigger audit_no_truncate before truncate on app.audit_event
  for each statement execute function app.audit_is_append_only();
`;

export class Foundation extends Migration {
  override up(): void {
    for (const part of [CLOCK, TENANTS, GRANTS, CONNECTING, SYNC, LETTING_GO, AUDIT]) this.addSql(part);
  }
}
