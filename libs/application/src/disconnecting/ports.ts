/** The port of disconnections, the receipts of disconnects. */
import type { ConnectionId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';

export type CallbackKind = 'deauthorize' | 'data_deletion';

export interface DisconnectionReceipt {
  readonly id: string;
  readonly orgId: OrgId;
  readonly connectionId: ConnectionId;
  readonly provider: ProviderName;
  readonly displayName: string;
  readonly requestedBy: string | null;
  readonly profilesRemoved: number;
  readonly profilesPassedOn: number;
  readonly runsCanceled: number;
  readonly postsKept: number;
}

/** @see PostgresDisconnections */
export abstract class Disconnections {
  abstract add(receipt: DisconnectionReceipt): Promise<void>;
  abstract exists(connectionId: ConnectionId, orgId: OrgId): Promise<boolean>;
}
