/** Which refusals are worth a line in the audit log: those of people who belong to the organisation. */
import { Injectable, Logger } from '@nestjs/common';
import { Refusals } from '@application/ports/audit.js';
import type { OrgId } from '@domain/ids.js';
import { personOf } from '@domain/organisation/role.js';
import type { ApiRequest } from '../access/access.guard.js';

/** Not allowed, or beyond the plan: somebody wanted something and did not get it. */
const isRefusal = (status: number, code: string): boolean => status === 403 || code === 'plan_limit_reached';

@Injectable()
export class RefusalLog {
  private readonly log = new Logger('Refusals');

  constructor(private readonly refusals: Refusals) {}

  /** Never fails: the answer that is under way matters more than its line in the log. */
  async note(request: ApiRequest, status: number, code: string): Promise<void> {
    const { actor } = request;
    // Without an actor nobody was found; and a service that speaks for nobody is no member.
    if (!isRefusal(status, code) || actor === undefined || personOf(actor) === null) return;
    const { org, id } = request.params as { org: string; id?: string };
    const route = `${request.method} ${request.routeOptions.url}`;
    // An id in a path has been read by nobody yet: whatever does not look like one of ours stays out of the log.
    const subject = id !== undefined && /^[a-z]{2,12}_[0-7][0-9a-z]{25}$/.test(id) ? id : org;
    try {
      await this.refusals.record({ orgId: org as OrgId, by: actor, route, subject, code });
    } catch (error) {
      this.log.error({ request_id: request.id, err: error }, 'A refusal could not be written to the audit log.');
    }
  }
}
