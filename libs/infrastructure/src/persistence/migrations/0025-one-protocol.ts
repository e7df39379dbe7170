/** Durable work in the same words everywhere: `tries`, `next_at`, `sent_at`; and one place that says whose jobs run. */
import { Migration } from '@mikro-orm/migrations';

export class OneProtocol extends Migration {
  override up(): void {
    this.addSql(`
-- Jobs of an organisation run while it is active and nobody has asked for its erasure.
create view app.working_organisation as
  select id from app.organisation where status = 'active' and erase_at is null;

alter table app.revocation rename column attempts to tries;
alter table app.mail rename column attempts to tries;
`);
  }
}
