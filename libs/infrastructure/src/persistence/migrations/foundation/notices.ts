/** Creates notices, each reader's own marks on them, and the outbox of mail. */
export const NOTICES = `
create table app.notice (
  id uuid primary key,
  org_id text not null references app.organisation (id),
  kind text not null,
  -- No foreign key: the notice outlives its connection.
  subject_kind text not null,
  subject_id uuid not null,
  subject_name text not null,
  -- Names the event: raised twice, it is stored once.
  event text not null,
  details jsonb not null default '{}',
  at timestamptz not null default app.now(),
  unique (org_id, id),
  unique (org_id, event)
);
create index notice_board on app.notice (org_id, id desc);
create index notice_subject on app.notice (org_id, subject_id, kind);

create table app.notice_read (
  org_id text not null,
  notice_id uuid not null,
  user_id text not null,
  read_at timestamptz not null default app.now(),
  primary key (org_id, notice_id, user_id),
  foreign key (org_id, notice_id) references app.notice (org_id, id) on delete cascade deferrable initially deferred,
  foreign key (org_id, user_id) references app.member (org_id, user_id) on delete cascade deferrable initially deferred
);
create index notice_read_member on app.notice_read (org_id, user_id);

-- The outbox of mail. It has no address: that is read when it is sent, and is deleted with the member.
create table app.mail (
  id uuid primary key,
  org_id text not null,
  notice_id uuid not null,
  user_id text not null,
  -- 'sending' is the mark before the first byte: from there it goes back to 'waiting' only where the server is known
  -- not to have accepted it.
  state text not null default 'waiting'
    check (state in ('waiting', 'sending', 'sent', 'refused', 'unknown', 'failed', 'canceled')),
  tries integer not null default 0,
  -- While it waits: when to try. While it is being sent: when its sender counts as lost.
  next_at timestamptz not null default app.now(),
  problem text,
  created_at timestamptz not null default app.now(),
  ended_at timestamptz,
  unique (org_id, id),
  unique (org_id, notice_id, user_id),
  check ((ended_at is null) = (state in ('waiting', 'sending'))),
  foreign key (org_id, notice_id) references app.notice (org_id, id) on delete cascade deferrable initially deferred,
  foreign key (org_id, user_id) references app.member (org_id, user_id) on delete cascade deferrable initially deferred
);
create index mail_due on app.mail (next_at) where state in ('waiting', 'sending');
create index mail_member on app.mail (org_id, user_id);
`;
