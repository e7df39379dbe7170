/** What the verbs ask of the stores of receipts and of the outbox of revocations. */
import type { ConnectionId, OrgId, RevocationId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';

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

export interface PendingRevocation {
  readonly id: RevocationId;
  readonly orgId: OrgId;
  readonly disconnectionId: string | null;
  readonly provider: ProviderName;
  readonly externalUserId: string;
  /** Sealed for this row; X only. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
}

export type RevocationOutcome = 'revoked' | 'already_gone' | 'not_supported' | 'kept_shared_grant' | 'failed';

export abstract class Revocations {
  abstract add(revocation: PendingRevocation): Promise<void>;
  /**
   * Takes a due one for one worker and puts its next try off, by backoff; null where it has ended or is not due.
   * `shared`: whether another connection, of whatever organisation, uses the same person's grant.
   */
  abstract take(
    id: RevocationId,
  ): Promise<
    (PendingRevocation & { readonly attempts: number; readonly shared: boolean; readonly ageMs: number }) | null
  >;
  /** Ends it and shreds its tokens. */
  abstract end(id: RevocationId, outcome: RevocationOutcome): Promise<void>;
  /** Those whose time has come: for the sweep behind the queue. */
  abstract due(limit: number): Promise<readonly RevocationId[]>;
}

export abstract class Disconnections {
  abstract add(receipt: DisconnectionReceipt): Promise<void>;
  abstract exists(connectionId: ConnectionId, orgId: OrgId): Promise<boolean>;
}
