/** Reads the health of one connection, with its profiles' problems. */
import { Query } from '@nestjs/cqrs';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { ConnectionHealthView } from './connection.view.js';

/** @throws ConnectionNotFound */
export class GetHealth extends Query<ConnectionHealthView> {
  constructor(
    readonly orgId: OrgId,
    readonly id: ConnectionId,
  ) {
    super();
  }
}
