/** The answer to a renewal may come home after the disconnect: by what was presented it finds the receipt that doubts it. */
import { Migration } from '@mikro-orm/migrations';

export class LateAnswers extends Migration {
  override up(): void {
    this.addSql(`
alter table app.revocation
  -- Of the refresh token whose answer is not known, where this is incomplete.
  add column sent_hash text,
  -- What became of the tokens that we held. Where incomplete, the outcome claims no more than 'failed'.
  add column held_outcome text
    check (held_outcome in ('revoked', 'already_gone', 'not_supported', 'kept_shared_grant', 'failed'));
`);
  }
}
