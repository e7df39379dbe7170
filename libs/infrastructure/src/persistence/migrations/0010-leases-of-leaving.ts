/** Exports and erasures that are at work tell so in a column of their own: when they were asked for, and are due, stays as it was. */
import { Migration } from '@mikro-orm/migrations';

export class LeasesOfLeaving extends Migration {
  override up(): void {
    this.addSql(`
-- Until it is due: that time. While it runs: when its process counts as lost.
alter table app.erasure add column next_at timestamptz;
update app.erasure set next_at = due_at;
alter table app.erasure alter column next_at set not null;
drop index app.erasure_due;
create index erasure_next on app.erasure (next_at) where state in ('pending', 'running');

-- When somebody last wrote at it.
alter table app.export add column heartbeat_at timestamptz not null default app.now();
`);
  }
}
