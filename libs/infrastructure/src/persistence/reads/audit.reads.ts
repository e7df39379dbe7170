/** Reads the audit log. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql, type RawBuilder } from 'kysely';
import type { AuditEventView } from '@application/audit/audit-event.view.js';
import { ListAuditEvents, type AuditFilter } from '@application/audit/list-audit-events.js';
import { Cursors, type Page } from '@application/ports/cursors.js';
import { toWire } from '@application/wire-ids.js';
import { Database, iso } from '../database.js';
import { after, pageOf } from './page.js';

interface AuditRow {
  id: string;
  at: string;
  actor_kind: AuditEventView['actor']['kind'];
  actor_id: string | null;
  on_behalf_of: string | null;
  action: AuditEventView['action'];
  subject: string;
  details: Record<string, unknown>;
}

@QueryHandler(ListAuditEvents)
export class ListAuditEventsHandler implements IQueryHandler<ListAuditEvents> {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  async execute({ orgId, filter, page }: ListAuditEvents): Promise<Page<AuditEventView>> {
    const list = `audit-events/${orgId}/${JSON.stringify(filter)}`;
    // Each on its own has an index in the log's order; one `or` over them would use none.
    const selects = actorsOf(filter).map(
      (actor) => sql<AuditRow>`
        (select id, at, actor_kind, actor_id, on_behalf_of, action, subject, details
        from app.audit_event
        where org_id = ${orgId} and ${actor} and ${matching(filter)}
          and ${after(page, this.cursors, list, ([at, id]) => sql`(at, id) < (${at}::timestamptz, ${id}::uuid)`)}
        order by at desc, id desc limit ${page.limit + 1})`,
    );
    const rows = await this.database.read(sql<AuditRow>`
      select * from (${sql.join(selects, sql` union `)}) as line order by at desc, id desc limit ${page.limit + 1}`);
    return pageOf(rows, page, this.cursors, list, (row) => [row.at, row.id], eventView);
  }
}

function matching({ action, subject, from, to }: AuditFilter): RawBuilder<unknown> {
  const conditions = [
    ...(action === undefined ? [] : [sql`action = ${action}`]),
    ...(subject === undefined ? [] : [sql`subject = ${subject}`]),
    ...(from === undefined ? [] : [sql`at >= ${from}`]),
    ...(to === undefined ? [] : [sql`at < ${to}`]),
  ];
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

/** The columns in which a line can name an actor. */
function actorsOf({ actor }: AuditFilter): RawBuilder<unknown>[] {
  if (actor === undefined) return [sql`true`];
  const named = [sql`actor_id = ${actor}`, sql`on_behalf_of = ${actor}`];
  return actor === 'system' ? [...named, sql`actor_kind = 'system'`] : named;
}

function eventView({ id, at, actor_kind, actor_id, on_behalf_of, ...told }: AuditRow): AuditEventView {
  return {
    id: toWire('audit', id),
    at: iso(at),
    actor: { kind: actor_kind, id: actor_id, on_behalf_of },
    ...told,
  };
}
