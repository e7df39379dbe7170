/** Token pairs that a new consent replaced; checks and discoveries as durable work: claimed, renewed, tried again. */
import { Migration } from '@mikro-orm/migrations';

export class DurableWork extends Migration {
  override up(): void {
    this.addSql(`
-- X's pairs that a later consent of the same person replaced. They live on at X until they are revoked, and what revoking
-- one does to the others is not documented: so they are revoked with the last one.
create table app.replaced_credential (
  id uuid primary key,
  org_id text not null references app.organisation (id),
  provider text not null check (provider in ('meta', 'x')),
  external_user_id text not null,
  access_token text not null,
  refresh_token text,
  -- Its last rotation was never answered: a successor may live on that nobody here knows.
  incomplete boolean not null default false,
  replaced_at timestamptz not null default app.now(),
  unique (org_id, id)
);
create index replaced_credential_person on app.replaced_credential (org_id, provider, external_user_id);
alter table app.revocation add column incomplete boolean not null default false;

-- The check of a connection: when a job was last sent for it, and how long a worker holds it. next_check_at moves only
-- when the check is done, or has failed.
alter table app.connection
  add column check_sent_at timestamptz,
  add column check_lease_until timestamptz,
  add column check_tries integer not null default 0;

-- The same for a discovery: work_at says when it may be taken, or how long it is held.
alter table app.connect_session
  add column work_sent_at timestamptz,
  add column work_at timestamptz not null default app.now(),
  add column work_tries integer not null default 0;
create index connect_session_work on app.connect_session (work_at) where state = 'discovering';

-- A run that waits for its provider says until when.
alter table app.sync_run add column waits_until timestamptz;
`);
  }
}
