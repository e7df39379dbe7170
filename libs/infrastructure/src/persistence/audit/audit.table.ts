/** Writes the audit log: a row in the transaction of a change, and one for a refusal. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Audit, Refusals, type AuditEntry, type AuditSubject, type Refusal } from '@application/ports/audit.js';
import { Randomness, Work } from '@application/ports/work.js';
import { toWire } from '@application/wire-ids.js';
import { Database } from '../database.js';

@Injectable()
export class PostgresAudit extends Audit {
  constructor(
    private readonly database: Database,
    private readonly random: Randomness,
  ) {
    super();
  }

  override record(entry: AuditEntry): Promise<void> {
    return this.recordAll([entry]);
  }

  override async recordAll(entries: readonly AuditEntry[]): Promise<void> {
    const actors = entries.map((entry) => actor(entry.by));
    await this.database.inside(sql`
      insert into app.audit_event (id, org_id, actor_kind, actor_id, on_behalf_of, action, subject, details)
      select * from unnest(${entries.map(() => this.random.id())}::uuid[], ${entries.map((one) => one.orgId)}::text[],
        ${actors.map((one) => one.kind)}::text[], ${actors.map((one) => one.id)}::text[],
        ${actors.map((one) => one.onBehalfOf)}::text[], ${entries.map((one) => one.action)}::text[],
        ${entries.map((one) => shown(one.subject))}::text[],
        ${entries.map((one) => JSON.stringify(detailsOf(one)))}::jsonb[])`);
  }
}

@Injectable()
export class PostgresRefusals extends Refusals {
  constructor(
    private readonly work: Work,
    private readonly database: Database,
    private readonly random: Randomness,
  ) {
    super();
  }

  override async record({ orgId, by, route, subject, code }: Refusal): Promise<void> {
    const { kind, id, onBehalfOf } = actor(by);
    const caller = [kind, id, onBehalfOf ?? ''].join(' ');
    await this.work.run(() =>
      this.database.inside(sql`
        insert into app.audit_event (id, org_id, actor_kind, actor_id, on_behalf_of, action, subject, details, once)
        values (${this.random.id()}, ${orgId}, ${kind}, ${id}, ${onBehalfOf}, 'request.refused', ${subject},
          ${JSON.stringify({ code, route })}::jsonb,
          concat_ws(' ', ${route}::text, ${caller}::text, floor(extract(epoch from app.now()) / 60)))
        on conflict (org_id, once) where once is not null do nothing`),
    );
  }
}

function actor(by: AuditEntry['by']): { kind: string; id: string | null; onBehalfOf: string | null } {
  if (by === 'system') return { kind: 'system', id: null, onBehalfOf: null };
  if (by.kind === 'member') return { kind: 'user', id: by.userId, onBehalfOf: null };
  return { kind: 'service', id: by.clientId, onBehalfOf: by.onBehalfOf?.userId ?? null };
}

const PREFIXES = { connection: 'conn', connect_session: 'csess', profile: 'prof', export: 'exp' } as const;

/** Organisations and members have the ids that the host platform and the issuer gave them. */
function shown(subject: AuditSubject): string {
  return subject.kind === 'organisation' || subject.kind === 'member'
    ? subject.id
    : toWire(PREFIXES[subject.kind], subject.id);
}

function detailsOf({ details = {} }: AuditEntry): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([name, detail]) => [name, isSubject(detail) ? shown(detail) : detail]),
  );
}

function isSubject(detail: unknown): detail is AuditSubject {
  return typeof detail === 'object' && detail !== null && 'kind' in detail && 'id' in detail;
}
