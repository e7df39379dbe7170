/** Reads how many profiles are active, in all and by platform, and the plan limit. */
import { Query } from '@nestjs/cqrs';
import type { OrgId } from '@domain/ids.js';
import type { UsageView } from './usage.view.js';

/** @throws OrganisationNotFound */
export class GetUsage extends Query<UsageView> {
  constructor(readonly orgId: OrgId) {
    super();
  }
}
