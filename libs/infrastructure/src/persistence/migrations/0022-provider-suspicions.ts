/** An answer that may be about our app, or about one account only: it pauses the provider once a second account has met it. */
import { Migration } from '@mikro-orm/migrations';

export class ProviderSuspicions extends Migration {
  override up(): void {
    this.addSql(`
create table app.provider_suspicion (
  provider text not null check (provider in ('meta', 'x')),
  reason text not null,
  -- A hash of the token with which it was met.
  witness text not null,
  at timestamptz not null default app.now(),
  primary key (provider, reason, witness)
);
`);
  }
}
