/** What the consent page and the provider's answer leave: each shown page leads to one attempt, and an error is kept in its session. */
import { Migration } from '@mikro-orm/migrations';

export class ConsentPages extends Migration {
  override up(): void {
    this.addSql(`
-- {error, code, reason, description} as the provider sent them to the callback: cleaned, and cut to length.
alter table app.connect_session add column provider_error jsonb;
-- SHA-256 of the nonce of the page on which Continue was pressed; null: an attempt from before there was one.
alter table app.oauth_attempt add column page_hash bytea unique;
`);
  }
}
