/** Work that stands still although nobody has failed: its job was lost with the queue, or died with its process once too often. */
import { Migration } from '@mikro-orm/migrations';

export class SecondLooks extends Migration {
  override up(): void {
    this.addSql(`
-- When a sweep last sent its job again, and how often: what is under way always ends.
alter table app.sync_run add column resent_at timestamptz, add column resends integer not null default 0;
alter table app.export add column resends integer not null default 0;

-- Until then its job is at work; after it, it is sent again, ever more rarely.
alter table app.provider_callback
  add column next_at timestamptz not null default app.now() + interval '1 minute',
  add column resends integer not null default 0,
  -- A connection, or a grant that waits, is newer than the request, and stays.
  add column authorised_since boolean not null default false;
drop index app.provider_callback_open;
create index provider_callback_open on app.provider_callback (next_at) where state = 'received';

-- Names whoever revokes: one who comes back late must not give away another's claim.
alter table app.provider_grant add column claim uuid;
`);
  }
}
