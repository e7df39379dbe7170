/** Writes refusals to the audit log: those of members and services of the organisation. */
import { Injectable, Logger } from '@nestjs/common';
import { Refusals } from '@application/ports/audit.js';
import type { OrgId } from '@domain/ids.js';
import { personOf } from '@domain/organisation/role.js';
import type { ApiRequest } from '../access/access.guard.js';

/** Errors that are written: not allowed, or beyond the plan. */
const isRefusal = (status: number, code: string): boolean => status === 403 || code === 'plan_limit_reached';

@Injectable()
export class RefusalLog {
  private readonly log = new Logger('Refusals');

  constructor(private readonly refusals: Refusals) {}

  /** Never fails: the answer to the caller must not depend on the line in the log. */
  async note(request: ApiRequest, status: number, code: string): Promise<void> {
    const { actor } = request;
    // Without an actor the caller does not belong to the organisation; and a service on no member's behalf is no
    // member.
    if (!isRefusal(status, code) || actor === undefined || personOf(actor) === null) return;
    const { org, id } = request.params as { org: string; id?: string };
    const route = `${request.method} ${request.routeOptions.url}`;
    // An id in a path may not have been parsed yet: a text that has not the form of our ids is not written to the log.
    const subject = id !== undefined && /^[a-z]{2,12}_[0-7][0-9a-z]{25}$/.test(id) ? id : org;
    try {
      await this.refusals.record({ orgId: org as OrgId, by: actor, route, subject, code });
    } catch (error) {
      this.log.error({ request_id: request.id, err: error }, 'A refusal could not be written to the audit log.');
    }
  }
}
