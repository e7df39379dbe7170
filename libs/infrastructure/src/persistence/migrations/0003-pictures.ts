/** Pictures of profiles and of connected people, as we show them. */
import { Migration } from '@mikro-orm/migrations';

const PICTURES = `
-- Goes with its owner: a profile that nobody serves any more, or a connection that was let go, leaves no picture behind.
create table app.picture (
  id uuid primary key,
  org_id text not null,
  profile_id uuid,
  connection_id uuid,
  -- Whichever of the two it is: for comparing what is here with what should be, set against set.
  owner_id uuid not null generated always as (coalesce(profile_id, connection_id)) stored,
  -- The provider's own address, as it was last tried. It never leaves.
  source_url text,
  -- Moves with each change of the bytes, and stands in every link to them.
  version integer not null default 0,
  webp bytea check (octet_length(webp) <= 65536),
  width integer,
  fetched_at timestamptz,
  failed_at timestamptz,
  failures integer not null default 0,
  problem text,
  next_at timestamptz not null default app.now(),
  unique (org_id, id),
  unique (org_id, owner_id),
  check ((profile_id is null) <> (connection_id is null)),
  check ((webp is null) = (fetched_at is null)),
  foreign key (org_id, profile_id) references app.profile (org_id, id) on delete cascade deferrable initially deferred,
  foreign key (org_id, connection_id) references app.connection (org_id, id) on delete cascade deferrable initially deferred
);
create index picture_due on app.picture (next_at);
`;

export class Pictures extends Migration {
  override up(): void {
    this.addSql(PICTURES);
  }
}
