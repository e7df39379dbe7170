/** Creates organisations and members. */
export const ORGANISATIONS = `
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
  updated_at timestamptz not null default app.now(),
  -- Set while an erasure is pending: jobs wait, and the organisation can be read but not changed.
  erase_at timestamptz
);

-- Jobs of an organisation run while it is active and its erasure has not been requested.
create view app.working_organisation as
  select id from app.organisation where status = 'active' and erase_at is null;

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
