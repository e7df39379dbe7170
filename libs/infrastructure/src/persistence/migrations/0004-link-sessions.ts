/** Links that can be sent: a session without a browser of its own, and grants that wait for a member's word. */
import { Migration } from '@mikro-orm/migrations';

const LINKS = `
alter table app.connect_session
  add column kind text not null default 'self' check (kind in ('self', 'link')),
  add column intent text not null default 'connect' check (intent in ('connect', 'choose_again', 'reauthorize')),
  -- The client that asked, for itself or in a member's name.
  add column created_by_service text,
  -- When another browser first came for it: told once, and the reason where its own never came back.
  add column mismatched_at timestamptz,
  alter column created_by drop not null,
  -- null: a link that no browser has claimed yet.
  alter column browser_hash drop not null,
  drop constraint connect_session_state_check,
  add constraint connect_session_state_check
    check (state in ('pending', 'awaiting_acceptance', 'discovering', 'completed', 'failed')),
  add constraint connect_session_asker check (created_by is not null or created_by_service is not null),
  add constraint connect_session_browser check (browser_hash is not null or kind = 'link'),
  add constraint connect_session_acceptance check (state <> 'awaiting_acceptance' or kind = 'link');
create index connect_session_expiry on app.connect_session (expires_at);

-- One row beside its session. Not a connection in another state: what lists, checks, refreshes or syncs connections can
-- then not meet one by oversight. It is gone, tokens and name, with the decision.
create table app.waiting_grant (
  id uuid primary key,
  org_id text not null,
  provider text not null check (provider in ('meta', 'x')),
  external_user_id text not null,
  display_name text not null,
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
  -- No cascade: a session that still holds a grant is not to be removed.
  foreign key (org_id, id) references app.connect_session (org_id, id) deferrable initially deferred
);
-- Whether a person's grant is still in use, before it is revoked.
create index waiting_grant_person on app.waiting_grant (provider, external_user_id);
`;

export class LinkSessions extends Migration {
  override up(): void {
    this.addSql(LINKS);
  }
}
