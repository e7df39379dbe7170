/** A canceled run gives its hour back; receipts find their revocations by an index. */
import { Migration } from '@mikro-orm/migrations';

export class SlotsAndReceipts extends Migration {
  override up(): void {
    this.addSql(`
alter table app.sync_run drop constraint sync_run_account_id_slot_key;
-- Disconnected and connected again within the hour: the new connection's run is another one.
create unique index sync_run_slot on app.sync_run (account_id, slot) where state <> 'canceled';

create index if not exists revocation_disconnection on app.revocation (org_id, disconnection_id);
`);
  }
}
