/** An index for each way in which the audit log can be narrowed: newest first within what was asked for. */
import { Migration } from '@mikro-orm/migrations';

export class AuditFilters extends Migration {
  override up(): void {
    this.addSql(`
create index audit_event_action on app.audit_event (org_id, action, at desc, id desc);
create index audit_event_actor on app.audit_event (org_id, actor_id, at desc, id desc) where actor_id is not null;
create index audit_event_on_behalf_of on app.audit_event (org_id, on_behalf_of, at desc, id desc)
  where on_behalf_of is not null;
create index audit_event_system on app.audit_event (org_id, at desc, id desc) where actor_kind = 'system';

-- How many are open, at each start.
create index connect_session_waiting on app.connect_session (org_id)
  where state in ('pending', 'discovering', 'awaiting_acceptance');
create index oauth_attempt_open on app.oauth_attempt (org_id, session_id) where consumed_at is null;
`);
  }
}
