/** Creates the schedule, the sync log, posts and their figures. */
export const SYNC = `
-- The schedule: the queue is only transport, and its loss does not change what is due.
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
  -- The UTC hour of a scheduled run: once per profile and hour, whichever process dispatches.
  slot timestamptz,
  state text not null check (state in ('queued', 'running', 'waiting', 'succeeded', 'partial', 'failed', 'canceled')),
  -- Increases with each worker that claims the run: an overtaken one may write nothing.
  epoch integer not null default 0,
  tries integer not null default 0,
  next_at timestamptz not null default app.now(),
  sent_at timestamptz default app.now(),
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
  foreign key (org_id, account_id) references app.account (org_id, id) deferrable initially deferred
);
create unique index sync_run_active on app.sync_run (account_id) where state in ('queued', 'running', 'waiting');
-- Disconnected and connected again within the hour: the new connection's run is another one.
create unique index sync_run_slot on app.sync_run (account_id, slot) where state <> 'canceled';
create index sync_run_log on app.sync_run (org_id, id desc);
create index sync_run_account on app.sync_run (org_id, account_id, id desc);
create index sync_run_state on app.sync_run (org_id, state, id desc);
create index sync_run_account_state on app.sync_run (org_id, account_id, state, id desc);
create index sync_run_next on app.sync_run (next_at) where state in ('queued', 'running', 'waiting');

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
