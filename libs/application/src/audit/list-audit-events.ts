/** Lists the audit log of one organisation, newest first. */
import { Query } from '@nestjs/cqrs';
import type { OrgId } from '@domain/ids.js';
import type { AuditAction } from '../ports/audit.js';
import type { Page, PageRequest } from '../ports/cursors.js';
import type { AuditEventView } from './audit-event.view.js';

export interface AuditFilter {
  readonly action?: AuditAction;
  /** A user's or a service's id, also of the member on whose behalf a service acted; `system`. */
  readonly actor?: string;
  readonly subject?: string;
  /** From this time on. */
  readonly from?: Date;
  /** Before this time. */
  readonly to?: Date;
}

/** @throws CursorInvalid */
export class ListAuditEvents extends Query<Page<AuditEventView>> {
  constructor(
    readonly orgId: OrgId,
    readonly filter: AuditFilter,
    readonly page: PageRequest,
  ) {
    super();
  }
}
