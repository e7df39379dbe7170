/** How one connection is, in full. */
import { Query } from '@nestjs/cqrs';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { ConnectionHealthView } from './connection.view.js';

/** Throws `ConnectionNotFound`. */
export class GetHealth extends Query<ConnectionHealthView> {
  constructor(
    readonly orgId: OrgId,
    readonly id: ConnectionId,
  ) {
    super();
  }
}
