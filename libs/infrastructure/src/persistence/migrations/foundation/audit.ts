/** Creates the audit log: the actor is in columns, changes are refused, and one function prunes it. */
export const AUDIT = `
create table app.audit_event (
  id uuid primary key,
  org_id text not null,
  at timestamptz not null default app.now(),
  actor_kind text not null check (actor_kind in ('user', 'service', 'person', 'system')),
  -- A user's or a client's id; a person's at a provider; none for the system.
  actor_id text,
  on_behalf_of text,
  action text not null,
  subject text not null,
  details jsonb not null default '{}',
  -- For rows that may be stored once only (a refusal, within a minute): the key by which they are the same.
  once text,
  unique (org_id, id),
  check ((actor_id is null) = (actor_kind = 'system')),
  check (on_behalf_of is null or actor_kind = 'service')
);
create unique index audit_event_once on app.audit_event (org_id, once) where once is not null;
-- One for each filter of the log: newest first within it.
create index audit_event_log on app.audit_event (org_id, at desc, id desc);
create index audit_event_subject on app.audit_event (org_id, subject, at desc, id desc);
create index audit_event_action on app.audit_event (org_id, action, at desc, id desc);
create index audit_event_actor on app.audit_event (org_id, actor_id, at desc, id desc) where actor_id is not null;
create index audit_event_on_behalf_of on app.audit_event (org_id, on_behalf_of, at desc, id desc)
  where on_behalf_of is not null;
create index audit_event_system on app.audit_event (org_id, at desc, id desc) where actor_kind = 'system';
`;

/*
 * The two functions name their change in a setting of their transaction, and the trigger allows that change and nothing
 * else: a mere flag, left on, would allow every later statement of the transaction to change the log.
 */
export const APPEND_ONLY = `
create function app.audit_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_level = 'ROW'
    and current_setting('app.audit_pruning', true) = old.org_id
    and old.at < nullif(current_setting('app.audit_pruning_before', true), '')::timestamptz then
    return old;
  end if;
  if tg_op = 'UPDATE'
    and current_setting('app.audit_forgetting', true) <> ''
    and (new.id, new.org_id, new.at, new.actor_kind, new.action) = (old.id, old.org_id, old.at, old.actor_kind, old.action)
    and strpos(row_to_json(old)::text, current_setting('app.audit_forgetting', true)) > 0 then
    return new;
  end if;
  raise exception 'The audit log is append-only.' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_append_only before update or delete on app.audit_event
  for each row execute function app.audit_is_append_only();
create trigger audit_no_truncate before truncate on app.audit_event
  for each statement execute function app.audit_is_append_only();

-- Retention and erasure: the only way to delete rows of the log. Returns how many were deleted.
create function app.prune_audit(org text, before timestamptz) returns bigint language plpgsql as $$
declare gone bigint;
begin
  perform set_config('app.audit_pruning', org, true), set_config('app.audit_pruning_before', before::text, true);
  delete from app.audit_event where org_id = org and at < before;
  get diagnostics gone = row_count;
  perform set_config('app.audit_pruning', '', true), set_config('app.audit_pruning_before', '', true);
  return gone;
end $$;

-- Pseudonymises a person at a provider, in every organisation: a random name replaces the id in all rows. What was
-- done, when, and by which of our own users stays. Returns how many rows were changed.
create function app.forget_in_audit(provider text, external_user_id text, pseudonym text) returns bigint language plpgsql as $$
declare touched bigint; quoted text := to_json(external_user_id)::text;
begin
  if length(external_user_id) < 3 then raise exception 'This is nobody''s id.'; end if;
  perform set_config('app.audit_forgetting', external_user_id, true);
  update app.audit_event set
    actor_id = case when actor_kind = 'person' and actor_id = external_user_id then pseudonym else actor_id end,
    subject = case when subject = external_user_id then pseudonym else subject end,
    details = replace(details::text, quoted, to_json(pseudonym)::text)::jsonb
  where coalesce(details ->> 'provider', provider) = provider
    and (actor_kind = 'person' and actor_id = external_user_id or subject = external_user_id
      or strpos(details::text, quoted) > 0);
  get diagnostics touched = row_count;
  perform set_config('app.audit_forgetting', '', true);
  return touched;
end $$;
`;
