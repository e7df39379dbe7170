/** Reads the preview of a disconnect, and receipts. */
import { Query } from '@nestjs/cqrs';
import { DomainError } from '@domain/errors.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { Page, PageRequest } from '../ports/cursors.js';
import type { DisconnectionView, DisconnectPreviewView } from './disconnection.view.js';

/**
 * What a disconnect would do.
 * @throws ConnectionNotFound
 */
export class PreviewDisconnect extends Query<DisconnectPreviewView> {
  constructor(
    readonly orgId: OrgId,
    readonly id: ConnectionId,
  ) {
    super();
  }
}

/**
 * Receipts, newest first; each with the present outcome of its revocations.
 * @throws CursorInvalid
 */
export class ListDisconnections extends Query<Page<DisconnectionView>> {
  constructor(
    readonly orgId: OrgId,
    readonly page: PageRequest,
  ) {
    super();
  }
}

/** @throws DisconnectionNotFound */
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

/**
 * The receipt of a disconnect, by the id of the connection.
 * @throws ConnectionNotFound
 */
export class GetReceipt extends Query<DisconnectionView> {
  constructor(
    readonly orgId: OrgId,
    readonly connectionId: ConnectionId,
  ) {
    super();
  }
}
