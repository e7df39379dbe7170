/** The audit log's writer: a row in the transaction of the change. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Audit, type AuditEntry } from '@application/ports/audit.js';
import { Randomness } from '@application/ports/work.js';
import { Database } from './database.js';

@Injectable()
export class PostgresAudit extends Audit {
  constructor(
    private readonly database: Database,
    private readonly random: Randomness,
  ) {
    super();
  }

  override async record({ orgId, by, action, subject, details = {} }: AuditEntry): Promise<void> {
    await this.database.inside(sql`
      insert into app.audit_event (id, org_id, actor, action, subject, details)
      values (${this.random.id()}, ${orgId}, ${actorName(by)}, ${action}, ${subject}, ${JSON.stringify(details)}::jsonb)`);
  }
}

function actorName(by: AuditEntry['by']): string {
  if (by === 'system') return 'system';
  if (by.kind === 'member') return `user:${by.userId}`;
  return by.onBehalfOf === null ? `service:${by.clientId}` : `service:${by.clientId} for ${by.onBehalfOf.userId}`;
}
