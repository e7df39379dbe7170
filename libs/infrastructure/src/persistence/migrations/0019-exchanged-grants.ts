/** Grants that were exchanged and whose person is not known yet; a revocation may have to identify its person first. */
import { Migration } from '@mikro-orm/migrations';

export class ExchangedGrants extends Migration {
  override up(): void {
    this.addSql(`
-- Written right after a code was traded in, before anything else is asked of the provider.
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
  -- While a worker holds it: when its lease ends. Else: when it is tried again.
  next_at timestamptz not null,
  unique (org_id, id),
  foreign key (org_id, session_id) references app.connect_session (org_id, id) on delete cascade deferrable initially deferred
);
create index exchanged_grant_next on app.exchanged_grant (next_at);
create index exchanged_grant_session on app.exchanged_grant (org_id, session_id);

-- null: the provider did not tell it.
alter table app.waiting_grant alter column display_name drop not null;

-- null: who consented was never found out. Then a token of Meta's is kept as well: it alone tells whose grant it is.
alter table app.revocation alter column external_user_id drop not null;
`);
  }
}
