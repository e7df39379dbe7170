/** Creates receipts of disconnects, the outbox of revocations, and Meta's signed requests. */
export const DISCONNECTING = `
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

-- The outbox of revocations. Its tokens are sealed, and deleted with the outcome or after a day.
create table app.revocation (
  id uuid primary key,
  org_id text not null,
  -- null: an authorisation that was never stored (the asker lost the right to connect meanwhile).
  disconnection_id uuid,
  provider text not null check (provider in ('meta', 'x')),
  -- null: the person is not known. Then a token of Meta's is kept as well: only with it can the person be read.
  external_user_id text,
  -- X's, and Meta's as long as the person is not known.
  access_token text,
  refresh_token text,
  outcome text not null default 'pending'
    check (outcome in ('pending', 'revoked', 'already_gone', 'not_supported', 'kept_shared_grant', 'failed')),
  -- A valid successor may exist that never reached us.
  incomplete boolean not null default false,
  -- Of the refresh token whose answer is not known, where this is incomplete.
  presented_hash text,
  -- The outcome for the tokens that we had. Where incomplete, 'failed' is shown.
  held_outcome text
    check (held_outcome in ('revoked', 'already_gone', 'not_supported', 'kept_shared_grant', 'failed')),
  tries integer not null default 0,
  next_at timestamptz not null default app.now(),
  created_at timestamptz not null default app.now(),
  ended_at timestamptz,
  unique (org_id, id),
  check (outcome = 'pending' or (access_token is null and refresh_token is null)),
  foreign key (org_id, disconnection_id) references app.disconnection (org_id, id) deferrable initially deferred
);
create index revocation_pending on app.revocation (next_at) where outcome = 'pending';
create index revocation_disconnection on app.revocation (org_id, disconnection_id);

-- A signed request of Meta's, stored before it is answered.
create table app.provider_callback (
  id uuid primary key,
  kind text not null check (kind in ('deauthorize', 'data_deletion')),
  external_user_id text,
  -- A Page that removed the app; then no person's grant is meant.
  profile_external_id text,
  issued_at timestamptz not null,
  -- SHA-256 of what identifies the request: Meta repeats a request that it believes was not received.
  request_hash bytea not null unique,
  -- SHA-256 of the confirmation code.
  code_hash bytea unique,
  state text not null default 'received' check (state in ('received', 'done')),
  -- Connections that were disconnected because of it.
  disconnected integer not null default 0,
  -- A connection, or a grant that waits, is newer than the request, and stays.
  authorised_since boolean not null default false,
  tries integer not null default 0,
  next_at timestamptz not null default app.now(),
  sent_at timestamptz default app.now(),
  received_at timestamptz not null default app.now(),
  done_at timestamptz,
  check ((done_at is not null) = (state = 'done'))
);
create index provider_callback_open on app.provider_callback (next_at) where state = 'received';
`;
