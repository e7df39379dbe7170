/** Keys are known by a canary; the audit log tells who acted in columns, refuses what changes it, and is pruned by one function. */
import { Migration } from '@mikro-orm/migrations';

const KEYS = `
-- Every key that this database was ever used with. Neither the key nor a hash of it: a known word, sealed with it.
create table app.encryption_key (
  id text primary key check (id ~ '^[A-Za-z0-9_-]{1,32}$'),
  canary text not null,
  created_at timestamptz not null default app.now()
);
`;

const ACTORS = `
alter table app.audit_event disable trigger audit_append_only;
alter table app.audit_event
  add column actor_kind text check (actor_kind in ('user', 'service', 'person', 'system')),
  -- A user's or a client's id; a person's at a provider; none for the system.
  add column actor_id text,
  add column on_behalf_of text,
  -- Of rows that may be there once only (a refusal, within a minute), what makes them the same.
  add column once text;
update app.audit_event set actor_kind = split_part(actor, ':', 1),
  actor_id = substring(actor from '^service:(.*) for '),
  on_behalf_of = substring(actor from '^service:.* for (.*)$');
update app.audit_event set actor_id = substring(actor from ':(.*)$') where actor_id is null;
alter table app.audit_event
  alter column actor_kind set not null,
  drop column actor,
  add check ((actor_id is null) = (actor_kind = 'system')),
  add check (on_behalf_of is null or actor_kind = 'service');
alter table app.audit_event enable trigger audit_append_only;

create unique index audit_event_once on app.audit_event (org_id, once) where once is not null;
drop index app.audit_event_log;
create index audit_event_log on app.audit_event (org_id, at desc, id desc);
create index audit_event_subject on app.audit_event (org_id, subject, at desc, id desc);
`;

/*
 * The two ways in name what they are about to do in a setting of their transaction, and the trigger lets pass that and
 * nothing else: a bare switch, left on, would open the log to every later statement of the transaction.
 */
const APPEND_ONLY = `
create or replace function app.audit_is_append_only() returns trigger language plpgsql as $$
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

-- Retention and erasure: the only way by which rows leave the log. Returns how many did.
create function app.prune_audit(org text, before timestamptz) returns bigint language plpgsql as $$
declare gone bigint;
begin
  perform set_config('app.audit_pruning', org, true), set_config('app.audit_pruning_before', before::text, true);
  delete from app.audit_event where org_id = org and at < before;
  get diagnostics gone = row_count;
  perform set_config('app.audit_pruning', '', true), set_config('app.audit_pruning_before', '', true);
  return gone;
end $$;

-- A person at a provider asked to be forgotten, in every organisation: their id gives way to a name that says nothing.
-- What was done, when, and by which of our own users stays. Returns how many rows it touched.
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

export class KeysAndAudit extends Migration {
  override up(): void {
    for (const part of [KEYS, ACTORS, APPEND_ONLY]) this.addSql(part);
  }
}
