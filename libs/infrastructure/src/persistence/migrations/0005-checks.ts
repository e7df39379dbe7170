/** Connections are looked after: when next, and whether a provider as a whole is paused. */
import { Migration } from '@mikro-orm/migrations';

export class Checks extends Migration {
  override up(): void {
    this.addSql(`
alter table app.connection
  add column next_check_at timestamptz not null default app.now() + interval '1 day',
  add column last_check_at timestamptz;
create index connection_check on app.connection (next_check_at) where reauth_reason is null;

-- Something is wrong between this service and a provider as a whole (secret, suspended app, credits).
create table app.provider_pause (
  provider text primary key check (provider in ('meta', 'x')),
  reason text not null,
  since timestamptz not null default app.now(),
  -- From then on one caller may try again.
  probe_at timestamptz not null,
  tries integer not null default 1
);
`);
  }
}
