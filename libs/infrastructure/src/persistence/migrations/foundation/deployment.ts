/** Creates the tables about this database itself: its kind and clock, its migrations, and the keys it was used with. */
export const DEPLOYMENT = `
create table app.deployment (
  singleton boolean primary key default true check (singleton),
  -- A demo's database has no real secrets and must never be opened as a real one, nor the reverse.
  kind text not null check (kind in ('demo', 'real', 'test')),
  -- Shifts app.now(), in a test's database only.
  clock_offset interval not null default '0',
  created_at timestamptz not null default now(),
  -- Null until the program has run here once. A copy that is restored elsewhere still names the place of the original.
  public_url text,
  server text
);

-- The one clock of all SQL. Stable within a statement, so that it can drive an index.
create function app.now() returns timestamptz language sql stable as $$
  select statement_timestamp() + coalesce((select clock_offset from app.deployment where kind = 'test'), interval '0')
$$;

create table app.migration_checksum (
  name text primary key,
  -- SHA-256 of its statements, in hex.
  checksum text not null
);

-- Every key that this database was ever used with. Neither the key nor a hash of it: a known word, sealed with it.
create table app.encryption_key (
  id text primary key check (id ~ '^[A-Za-z0-9_-]{1,32}$'),
  canary text not null,
  created_at timestamptz not null default app.now()
);
`;
