/** What each migration said when it was applied, and where this database was last run. */
import { Migration } from '@mikro-orm/migrations';

export class ChecksumsAndPlace extends Migration {
  override up(): void {
    this.addSql(`
create table app.migration_checksum (
  name text primary key,
  -- SHA-256 of its statements, in hex.
  checksum text not null
);

-- Null until the program has run here once. A copy that is restored elsewhere still has the place of the original.
alter table app.deployment add column public_url text;
alter table app.deployment add column server text;
`);
  }
}
