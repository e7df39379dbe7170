/** The audit log, read. */
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
  action: string;
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
    const rows = await this.database.read(sql<AuditRow>`
      select id, at, actor_kind, actor_id, on_behalf_of, action, subject, details
      from app.audit_event
      where org_id = ${orgId} and ${matching(filter)}
        and ${after(page, this.cursors, list, ([at, id]) => sql`(at, id) < (${at}::timestamptz, ${id}::uuid)`)}
      order by at desc, id desc limit ${page.limit + 1}`);
    return pageOf(rows, page, this.cursors, list, (row) => [row.at, row.id], eventView);
  }
}

function matching({ action, actor, subject, from, to }: AuditFilter): RawBuilder<unknown> {
  const conditions = [
    ...(action === undefined ? [] : [sql`action = ${action}`]),
    ...(actor === undefined ? [] : [byActor(actor)]),
    ...(subject === undefined ? [] : [sql`subject = ${subject}`]),
    ...(from === undefined ? [] : [sql`at >= ${from}`]),
    ...(to === undefined ? [] : [sql`at < ${to}`]),
  ];
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

function byActor(actor: string): RawBuilder<unknown> {
  return sql`(${actor} in (actor_id, on_behalf_of) or (actor_kind = 'system' and ${actor} = 'system'))`;
}

function eventView({ id, at, actor_kind, actor_id, on_behalf_of, ...told }: AuditRow): AuditEventView {
  return {
    id: toWire('audit', id),
    at: iso(at),
    actor: { kind: actor_kind, id: actor_id, on_behalf_of },
    ...told,
  };
}
