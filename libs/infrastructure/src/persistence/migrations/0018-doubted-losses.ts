/** A connection that seems to have lost everything at once is looked at again before that is believed. */
import { Migration } from '@mikro-orm/migrations';

export class DoubtedLosses extends Migration {
  override up(): void {
    this.addSql(`
alter table app.connection add column loss_seen_at timestamptz;
comment on column app.connection.loss_seen_at is 'when a look first found none of the accounts that were granted';
`);
  }
}
