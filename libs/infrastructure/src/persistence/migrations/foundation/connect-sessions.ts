/** Creates connect sessions with their attempts, and the grants that are not a connection yet. */
export const CONNECT_SESSIONS = `
create table app.connect_session (
  id uuid primary key,
  org_id text not null references app.organisation (id),
  provider text not null check (provider in ('meta', 'x')),
  kind text not null default 'self' check (kind in ('self', 'link')),
  intent text not null default 'connect' check (intent in ('connect', 'choose_again', 'reauthorize')),
  created_by text,
  -- The client that asked, for itself or on a member's behalf.
  created_by_service text,
  reconnects uuid,
  return_to text,
  -- SHA-256 of the link's token and of the browser's cookie: neither can be recovered.
  link_hash bytea not null unique,
  -- null: a link that no browser has claimed yet.
  browser_hash bytea,
  state text not null
    check (state in ('pending', 'awaiting_acceptance', 'discovering', 'completed', 'failed')),
  outcome text,
  connection_id uuid,
  discovered integer,
  expires_at timestamptz not null,
  created_at timestamptz not null default app.now(),
  -- When another browser first tried to continue it: logged once, and the outcome where its own never came back.
  mismatched_at timestamptz,
  -- {error, code, reason, description} as the provider sent them to the callback: cleaned and shortened.
  provider_error jsonb,
  -- The discovery as durable work (docs/durable-work.md).
  discovery_tries integer not null default 0,
  discovery_next_at timestamptz not null default app.now(),
  discovery_sent_at timestamptz,
  unique (org_id, id),
  check ((outcome is not null) = (state in ('completed', 'failed'))),
  constraint connect_session_asker check (created_by is not null or created_by_service is not null),
  constraint connect_session_browser check (browser_hash is not null or kind = 'link'),
  constraint connect_session_acceptance check (state <> 'awaiting_acceptance' or kind = 'link')
);
create index connect_session_open on app.connect_session (org_id, provider) where state in ('pending', 'discovering');
-- One for each way in which the list can be narrowed, newest first; the state as it is stored and shown, but for the few
-- that are over by the clock alone.
create index connect_session_provider on app.connect_session (org_id, provider, id desc);
create index connect_session_state on app.connect_session
  (org_id, (case when outcome = 'expired' then outcome else state end), id desc);
create index connect_session_provider_state on app.connect_session
  (org_id, provider, (case when outcome = 'expired' then outcome else state end), id desc);
create index connect_session_expiry on app.connect_session (expires_at);
create index connect_session_discovery on app.connect_session (discovery_next_at) where state = 'discovering';
-- How many are open, at each start.
create index connect_session_waiting on app.connect_session (org_id)
  where state in ('pending', 'discovering', 'awaiting_acceptance');

-- Found by the hash of the OAuth state, before anything else is known. Used up by one statement.
create table app.oauth_attempt (
  state_hash bytea primary key,
  org_id text not null,
  session_id uuid not null,
  provider text not null check (provider in ('meta', 'x')),
  redirect_uri text not null,
  browser_hash bytea not null,
  -- Sealed, and deleted when the state is used.
  code_verifier text,
  expires_at timestamptz not null,
  consumed_at timestamptz,
  -- SHA-256 of the nonce of the page on which Continue was pressed: each shown page leads to one attempt.
  page_hash bytea unique,
  foreign key (org_id, session_id) references app.connect_session (org_id, id) on delete cascade deferrable initially deferred
);
create index oauth_attempt_session on app.oauth_attempt (org_id, session_id);
create index oauth_attempt_expiry on app.oauth_attempt (expires_at);
create index oauth_attempt_open on app.oauth_attempt (org_id, session_id) where consumed_at is null;

-- Written right after a code was exchanged, before any other call to the provider.
create table app.exchanged_grant (
  id uuid primary key,
  org_id text not null,
  session_id uuid not null,
  provider text not null check (provider in ('meta', 'x')),
  -- null: the provider's answer did not name them.
  scopes text[],
  access_token text not null,
  refresh_token text,
  access_expires_at timestamptz,
  received_at timestamptz not null default app.now(),
  tries integer not null default 1,
  next_at timestamptz not null,
  unique (org_id, id),
  foreign key (org_id, session_id) references app.connect_session (org_id, id) on delete cascade deferrable initially deferred
);
create index exchanged_grant_next on app.exchanged_grant (next_at);
create index exchanged_grant_session on app.exchanged_grant (org_id, session_id);

-- One row beside its session. Not a connection in another state, so that code that lists, checks, refreshes or syncs
-- connections cannot use one by oversight. It is deleted, with tokens and name, at the decision.
create table app.waiting_grant (
  id uuid primary key,
  org_id text not null,
  provider text not null check (provider in ('meta', 'x')),
  external_user_id text not null,
  -- null: the provider did not name it.
  display_name text,
  username text,
  picture_url text,
  scopes text[] not null,
  -- Sealed for this row.
  access_token text not null,
  refresh_token text,
  access_expires_at timestamptz,
  received_at timestamptz not null,
  unique (org_id, id),
  unique (org_id, provider, external_user_id),
  -- No cascade: a session that still has a grant must not be deleted.
  foreign key (org_id, id) references app.connect_session (org_id, id) deferrable initially deferred
);
-- Whether a person's grant is still in use, before it is revoked.
create index waiting_grant_person on app.waiting_grant (provider, external_user_id);
`;
