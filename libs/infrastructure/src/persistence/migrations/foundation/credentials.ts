/**
 * Creates credentials with the columns of the refresh protocol, and the row that connects and revocations of one person
 * lock.
 */
export const CREDENTIALS = `
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
  presented_hash text,
  presented_at timestamptz,
  presented_count integer not null default 0,
  unique (org_id, id),
  foreign key (org_id, id) references app.connection (org_id, id) on delete cascade deferrable initially deferred
);

-- X's pairs that a later consent of the same person replaced. They stay valid at X until they are revoked, and the
-- effect of revoking one on the others is not documented: so they are revoked with the last one.
create table app.replaced_credential (
  id uuid primary key,
  org_id text not null references app.organisation (id),
  provider text not null check (provider in ('meta', 'x')),
  external_user_id text not null,
  access_token text not null,
  refresh_token text,
  -- Its last rotation was never answered: a valid successor may exist that is not stored here.
  incomplete boolean not null default false,
  replaced_at timestamptz not null default app.now(),
  unique (org_id, id)
);
create index replaced_credential_person on app.replaced_credential (org_id, provider, external_user_id);

-- One row per (provider, person) while a process needs that grant exclusively. Meta has one grant per app and person:
-- connects and revocations of that person, of all organisations, lock this row.
create table app.provider_grant (
  provider text not null check (provider in ('meta', 'x')),
  external_user_id text not null,
  -- Set while it is being revoked; the claim of a process that died expires by the clock.
  revoking_until timestamptz,
  -- Names the process that revokes: one that returns late must not release another's claim.
  claim uuid,
  primary key (provider, external_user_id)
);
`;
