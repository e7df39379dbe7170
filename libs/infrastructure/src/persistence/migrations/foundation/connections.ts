/** Creates connections with their checks, the accounts they were granted, and the pauses and waits of providers. */
export const CONNECTIONS = `
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
  last_check_at timestamptz,
  -- The check as durable work (docs/durable-work.md).
  check_tries integer not null default 0,
  check_next_at timestamptz not null default app.now() + interval '1 day',
  check_sent_at timestamptz,
  -- Made due while a worker has claimed it: it is done once more.
  check_again boolean not null default false,
  loss_seen_at timestamptz,
  unique (org_id, id),
  unique (org_id, provider, external_user_id)
);
create index connection_person on app.connection (provider, external_user_id);
create index connection_check on app.connection (check_next_at) where reauth_reason is null;
comment on column app.connection.loss_seen_at is 'when a look first found none of the accounts that were granted';

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
  -- 'data_access_lapsed': Meta lists no Instagram account then, so the link to a Page is not known. 'role_lacks_task':
  -- it was chosen and is refused for the role; neither its grant nor a link to a Page is at fault.
  problem text check (problem in ('not_granted', 'instagram_not_linked', 'data_access_lapsed', 'role_lacks_task')),
  -- Meta names a person's tasks in one list only: a Page found another way is granted, and its role is not known.
  tasks text[],
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
comment on column app.account_grant.tasks is 'null: the provider did not say';

-- A provider refuses this service as a whole (secret, suspended app, credits).
create table app.provider_pause (
  provider text primary key check (provider in ('meta', 'x')),
  reason text not null,
  since timestamptz not null default app.now(),
  -- From then on one caller may try again.
  probe_at timestamptz not null,
  tries integer not null default 1
);

-- An answer that may be about our app, or about one account only: it pauses the provider once a second account has got
-- it.
create table app.provider_suspicion (
  provider text not null check (provider in ('meta', 'x')),
  reason text not null,
  -- A hash of the token that got it.
  witness text not null,
  at timestamptz not null default app.now(),
  primary key (provider, reason, witness)
);

-- Until when the provider asks for no call: for our app as a whole, or for one account as the provider counts it.
create table app.provider_wait (
  provider text not null check (provider in ('meta', 'x')),
  subject text not null,
  until timestamptz not null,
  primary key (provider, subject)
);
create index provider_wait_until on app.provider_wait (until);
`;
