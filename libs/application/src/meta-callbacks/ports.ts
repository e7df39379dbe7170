/** Ports of Meta's signed requests: their signature, and their store. */
import { DomainError } from '@domain/errors.js';
import type { ConnectSessionId, OrgId, RevocationId } from '@domain/ids.js';
import type { ConnectionKey } from '../connections/ports.js';
import type { CallbackKind } from '../disconnecting/ports.js';
import type { Claimed, WorkPolicy } from '../ports/durable-work.js';
import { LEASE_SECONDS } from '../ports/heartbeat.js';

/** The content of a signed request of Meta's. */
export interface CallbackRequest {
  readonly kind: CallbackKind;
  /** null: a Page removed the app, and `profileExternalId` names it. */
  readonly externalUserId: string | null;
  readonly profileExternalId: string | null;
  readonly issuedAt: Date;
}

export interface StoredCallback extends CallbackRequest {
  readonly id: string;
}

/** Meta does not repeat a request that was answered: it is never given up, and tried at growing intervals. */
export const CALLBACK_POLICY: WorkPolicy = {
  leaseSeconds: LEASE_SECONDS,
  sentSeconds: 60,
  backoff: { firstSeconds: 60, mostSeconds: 3_600 },
  giveUpAfter: null,
};

export type ClaimedCallback = StoredCallback & Claimed;

export interface CallbackOutcome {
  /** Connections that were disconnected. */
  readonly disconnected: number;
  /** The person has consented again since the request, and that connection or grant stays. */
  readonly authorisedSince: boolean;
}

/** @see PostgresProviderCallbacks */
export abstract class ProviderCallbacks {
  /** False: this request is stored already. */
  abstract add(
    callback: StoredCallback,
    hashes: { readonly request: Uint8Array; readonly code: Uint8Array },
  ): Promise<boolean>;
  /** Of the confirmation code that this request was first answered with. */
  abstract codeHash(requestHash: Uint8Array): Promise<Uint8Array>;
  /** null: it is done, claimed by another worker, or not due. */
  abstract claim(id: string): Promise<ClaimedCallback | null>;
  abstract renew(callback: ClaimedCallback): Promise<void>;
  /** Also where another worker has claimed it by then: acting on it twice has the same result. */
  abstract complete(id: string, outcome: CallbackOutcome): Promise<void>;
  abstract retry(callback: ClaimedCallback, seconds: number): Promise<void>;
  /** Marks as sent, and returns, those that need a job: their next try is due, or their job or its worker was lost. */
  abstract requeueStalled(limit: number, queued: readonly string[]): Promise<readonly string[]>;
  /** A person's connections, in every organisation that has one, with when each was last authorised. */
  abstract connectionsOf(externalUserId: string): Promise<readonly (ConnectionKey & { readonly authorisedAt: Date })[]>;
  /** Pending grants of the person, in every organisation. */
  abstract waitingOf(
    externalUserId: string,
  ): Promise<readonly { readonly id: ConnectSessionId; readonly orgId: OrgId; readonly authorisedAt: Date }[]>;
  /** Connections that were granted a Page. */
  abstract connectionsWithPage(externalId: string): Promise<readonly ConnectionKey[]>;
  /** Revocations of the person's grant that have not ended. */
  abstract openRevocations(externalUserId: string): Promise<readonly RevocationId[]>;
  /**
   * Deletes a person's name and id from receipts, revocations, notices, and the audit log. A revocation that has not
   * ended keeps the id, which it needs.
   */
  abstract forget(externalUserId: string): Promise<void>;
}

/**
 * Checks the signature of what Meta sends; besides the adapter of Meta the only class that holds the app's secrets.
 * @see MetaSignedRequests
 */
export abstract class SignedRequests {
  /** @throws SignedRequestInvalid */
  abstract read(signedRequest: string): Omit<CallbackRequest, 'kind'>;
}

export class SignedRequestInvalid extends DomainError {
  constructor() {
    super('malformed', 'This is not a request that Meta signed for this app.');
  }
}
