/** Lists the connections of an organisation, oldest first, each with its profiles. */
import { Query } from '@nestjs/cqrs';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { Page, PageRequest } from '../ports/cursors.js';
import type { ConnectionView } from './connection.view.js';

/** @throws CursorInvalid */
export class ListConnections extends Query<Page<ConnectionView>> {
  constructor(
    readonly orgId: OrgId,
    readonly page: PageRequest,
  ) {
    super();
  }
}

/** @throws ConnectionNotFound */
export class GetConnection extends Query<ConnectionView> {
  constructor(
    readonly orgId: OrgId,
    readonly id: ConnectionId,
  ) {
    super();
  }
}
