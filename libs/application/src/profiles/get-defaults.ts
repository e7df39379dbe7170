/** Reads the default profiles of an organisation. */
import { Query } from '@nestjs/cqrs';
import type { OrgId } from '@domain/ids.js';
import type { DefaultsView } from './defaults.view.js';

export class GetDefaults extends Query<DefaultsView> {
  constructor(readonly orgId: OrgId) {
    super();
  }
}
