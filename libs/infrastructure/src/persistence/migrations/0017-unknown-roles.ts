/** Meta names a person's tasks in one list only: a Page found another way is granted, and its role is not known. */
import { Migration } from '@mikro-orm/migrations';

export class UnknownRoles extends Migration {
  override up(): void {
    this.addSql(`
alter table app.account_grant alter column tasks drop not null;
comment on column app.account_grant.tasks is 'null: the provider did not say';
`);
  }
}
