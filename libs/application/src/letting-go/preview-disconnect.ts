/** Before and after letting go. */
import { Query } from '@nestjs/cqrs';
import type { ConnectionId, OrgId } from '@domain/ids.js';
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

/** The receipt of a disconnect. Throws `ConnectionNotFound`. */
export class GetReceipt extends Query<DisconnectionView> {
  constructor(
    readonly orgId: OrgId,
    readonly connectionId: ConnectionId,
  ) {
    super();
  }
}
