/** An account that was chosen and is refused for the role: neither its grant nor a link to a Page is at fault. */
import { Migration } from '@mikro-orm/migrations';

export class LostRoles extends Migration {
  override up(): void {
    this.addSql(`
alter table app.account_grant drop constraint account_grant_problem_check;
alter table app.account_grant add constraint account_grant_problem_check
  check (problem in ('not_granted', 'instagram_not_linked', 'data_access_lapsed', 'role_lacks_task'));
`);
  }
}
