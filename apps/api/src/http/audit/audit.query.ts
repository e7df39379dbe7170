/** The filters of the audit log. */
import { IsIn, IsISO8601, IsString, Matches } from 'class-validator';
import type { AuditFilter } from '@application/audit/list-audit-events.js';
import { AUDIT_ACTIONS, type AuditAction } from '@application/ports/audit.js';
import { PageQuery } from '../page.query.js';
import { MayBeAbsent } from '../problems/constraints.js';

/** RFC 3339: a date and a time with their zone; only years that both PostgreSQL and JavaScript represent. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const TIME_NEEDED = { message: 'has to be a time as 2026-01-31T12:00:00Z' };
const PRINTABLE = /^[ -~]{1,255}$/;

export class AuditQuery extends PageQuery {
  @MayBeAbsent()
  @IsIn(AUDIT_ACTIONS)
  action?: AuditAction;

  /**
   * A user's or a service's id; also the member on whose behalf a service acted. `system` for changes without a caller.
   */
  @MayBeAbsent()
  @IsString()
  @Matches(PRINTABLE, { message: 'has to be a user or client id' })
  actor?: string;

  /** An id as the log shows it. */
  @MayBeAbsent()
  @IsString()
  @Matches(PRINTABLE, { message: 'has to be an id' })
  subject?: string;

  /** From this time on. */
  @MayBeAbsent()
  @Matches(TIME, TIME_NEEDED)
  @IsISO8601({ strict: true }, TIME_NEEDED)
  from?: string;

  /** Before this time. */
  @MayBeAbsent()
  @Matches(TIME, TIME_NEEDED)
  @IsISO8601({ strict: true }, TIME_NEEDED)
  to?: string;
}

export function auditFilter({ action, actor, subject, from, to }: AuditQuery): AuditFilter {
  return {
    ...(action !== undefined && { action }),
    ...(actor !== undefined && { actor }),
    ...(subject !== undefined && { subject }),
    ...(from !== undefined && { from: new Date(from) }),
    ...(to !== undefined && { to: new Date(to) }),
  };
}
