/** Creates exports and erasures. */
export const LEAVING = `
create table app.export (
  id uuid primary key,
  org_id text not null references app.organisation (id),
  requested_by text not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'ready', 'failed', 'expired')),
  -- The position of the writing: the table, and the last key of it that was written.
  table_index integer not null default 0,
  after_key text,
  chunks integer not null default 0,
  rows bigint not null default 0,
  bytes bigint not null default 0,
  tries integer not null default 0,
  next_at timestamptz not null default app.now(),
  sent_at timestamptz default app.now(),
  requested_at timestamptz not null default app.now(),
  ready_at timestamptz,
  expires_at timestamptz,
  unique (org_id, id)
);
create unique index export_active on app.export (org_id) where state in ('queued', 'running');
create index export_next on app.export (next_at) where state in ('queued', 'running');
create index export_expiry on app.export (expires_at) where state = 'ready';

-- Each is a whole gzip member, and gzip members one after the other are one file (RFC 1952 §2.2).
create table app.export_chunk (
  org_id text not null,
  export_id uuid not null,
  seq integer not null,
  data bytea not null,
  primary key (org_id, export_id, seq),
  foreign key (org_id, export_id) references app.export (org_id, id) on delete cascade deferrable initially deferred
);

-- It outlives the organisation: found by the hash of the receipt's id, and keeps a later push from creating it again.
create table app.erasure (
  id uuid primary key,
  receipt_hash bytea not null unique,
  erased_org_id text not null,
  state text not null default 'pending' check (state in ('pending', 'running', 'done', 'canceled')),
  tries integer not null default 0,
  -- Apart from due_at, which stays as it was announced.
  next_at timestamptz not null,
  requested_at timestamptz not null default app.now(),
  due_at timestamptz not null,
  ended_at timestamptz,
  connections integer not null default 0,
  rows bigint not null default 0
);
create unique index erasure_active on app.erasure (erased_org_id) where state <> 'canceled';
create index erasure_next on app.erasure (next_at) where state in ('pending', 'running');
`;
