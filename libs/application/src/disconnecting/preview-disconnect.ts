/** Before and after letting go. */
import { Query } from '@nestjs/cqrs';
import { DomainError } from '@domain/errors.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { Page, PageRequest } from '../ports/cursors.js';
import type { DisconnectionView, DisconnectPreviewView } from './disconnection.view.js';

/** What a disconnect would do. Throws `ConnectionNotFound`. */
export class PreviewDisconnect extends Query<DisconnectPreviewView> {
  constructor(
    readonly orgId: OrgId,
    readonly id: ConnectionId,
  ) {
    super();
  }
}

/** Receipts, newest first; each with what has become of its revocations since. */
export class ListDisconnections extends Query<Page<DisconnectionView>> {
  constructor(
    readonly orgId: OrgId,
    readonly page: PageRequest,
  ) {
    super();
  }
}

/** Throws `DisconnectionNotFound`. */
export class GetDisconnection extends Query<DisconnectionView> {
  constructor(
    readonly orgId: OrgId,
    readonly id: string,
  ) {
    super();
  }
}

export class DisconnectionNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such receipt.');
  }
}

/** The receipt of a disconnect, by the connection that was let go. Throws `ConnectionNotFound`. */
export class GetReceipt extends Query<DisconnectionView> {
  constructor(
    readonly orgId: OrgId,
    readonly connectionId: ConnectionId,
  ) {
    super();
  }
}
