/** Active profiles against the plan, in all and by platform. */
import { Query } from '@nestjs/cqrs';
import type { OrgId } from '@domain/ids.js';
import type { UsageView } from './usage.view.js';

export class GetUsage extends Query<UsageView> {
  constructor(readonly orgId: OrgId) {
    super();
  }
}
