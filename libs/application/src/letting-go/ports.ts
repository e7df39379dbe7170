/** What the verbs ask of the stores of receipts and of the outbox of revocations. */
import { DomainError } from '@domain/errors.js';
import type { ConnectionId, ConnectSessionId, OrgId, RevocationId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import type { ConnectionKey } from '../connections/ports.js';

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
  /** null: who consented was never found out. */
  readonly externalUserId: string | null;
  /** Sealed for this row; X's, and Meta's where the person is not known. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /** A successor may live on that never reached us: then what we held was revoked, and no more can be claimed. */
  readonly incomplete: boolean;
  /** Of the refresh token whose answer is not known; null where nothing is incomplete. */
  readonly sentHash: string | null;
}

export type RevocationOutcome = 'revoked' | 'already_gone' | 'not_supported' | 'kept_shared_grant' | 'failed';

/** After a day without success it has failed, and its tokens are shredded. */
export const REVOCATION_KEPT_MS = 24 * 3_600_000;

export abstract class Revocations {
  abstract add(revocation: PendingRevocation): Promise<void>;
  /**
   * Takes a due one for one worker and puts its next try off, by backoff but never beyond `REVOCATION_KEPT_MS`; null where
   * it has ended or is not due.
   */
  abstract take(
    id: RevocationId,
  ): Promise<(PendingRevocation & { readonly attempts: number; readonly ageMs: number }) | null>;
  /** Stores whose grant it is, and shreds the token by which it was found out. */
  abstract identified(id: RevocationId, externalUserId: string): Promise<void>;
  /** Somebody else is at the same grant: looked at again soon, and not counted as a try. */
  abstract postpone(id: RevocationId): Promise<void>;
  /** Ends it and shreds its tokens. A receipt claims only what was revoked: an incomplete one has `failed` for now. */
  abstract end(id: RevocationId, outcome: RevocationOutcome): Promise<void>;
  /**
   * The answer to a refresh token is known after all: what was incomplete for its sake is complete, and an outcome counts
   * as it was.
   * @returns the receipt it belongs to; null where there is none
   */
  abstract complete(sentHash: string, orgId: OrgId): Promise<string | null>;
  /** Those whose time has come: for the sweep behind the queue. */
  abstract due(limit: number): Promise<readonly RevocationId[]>;
}

export abstract class Disconnections {
  abstract add(receipt: DisconnectionReceipt): Promise<void>;
  abstract exists(connectionId: ConnectionId, orgId: OrgId): Promise<boolean>;
}

/** The provider's own view of a grant: one per app and person, whoever of us holds it. */
export abstract class ProviderGrants {
  /**
   * Inside a run: holds the person's grant until its end, so that nobody decides to revoke it meanwhile.
   * False: it is being revoked at this moment; come back when that is over, and look whether the new token lives.
   */
  abstract hold(provider: ProviderName, externalUserId: string): Promise<boolean>;
  /**
   * Inside a run: decides whether a grant may be revoked. `shared`: a connection, of whatever organisation, lives on it.
   * `busy`: another process is at it. `revoking`: it is the caller's to revoke, and no connect gets in between.
   * @param claim names the caller, who loses it by the clock
   */
  abstract beginRevoking(
    provider: ProviderName,
    externalUserId: string,
    claim: string,
  ): Promise<'shared' | 'busy' | 'revoking'>;
  /** Changes nothing where the claim has passed to another. */
  abstract endRevoking(provider: ProviderName, externalUserId: string, claim: string): Promise<void>;
}

export type CallbackKind = 'deauthorize' | 'data_deletion';

/** What a signed request of Meta's says. */
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

export interface CallbackOutcome {
  /** Connections that were let go. */
  readonly disconnected: number;
  /** The person has consented anew since they asked, and what came of that stays. */
  readonly authorisedSince: boolean;
}

export abstract class ProviderCallbacks {
  /** False: this very request is here already. */
  abstract add(
    callback: StoredCallback,
    hashes: { readonly request: Uint8Array; readonly code: Uint8Array },
  ): Promise<boolean>;
  /** Of the confirmation code that this request was first answered with. */
  abstract codeHash(requestHash: Uint8Array): Promise<Uint8Array>;
  /** null: it is done. */
  abstract open(id: string): Promise<StoredCallback | null>;
  abstract done(id: string, outcome: CallbackOutcome): Promise<void>;
  /** Whose job was lost with the queue, or gave up: each is told again ever more rarely, from a minute up to an hour. */
  abstract takeDue(limit: number): Promise<readonly string[]>;
  /** A person's connections, in every organisation that has one, with when each was last authorised. */
  abstract connectionsOf(externalUserId: string): Promise<readonly (ConnectionKey & { readonly authorisedAt: Date })[]>;
  /** Grants of the person that wait for a member's word, in every organisation. */
  abstract waitingOf(
    externalUserId: string,
  ): Promise<readonly { readonly id: ConnectSessionId; readonly orgId: OrgId; readonly authorisedAt: Date }[]>;
  /** Connections that were granted a Page. */
  abstract connectionsWithPage(externalId: string): Promise<readonly ConnectionKey[]>;
  /** Revocations of the person's grant that have not ended. */
  abstract openRevocations(externalUserId: string): Promise<readonly RevocationId[]>;
  /**
   * Takes a person's name and id out of what is left of them: receipts, revocations, notices, and the audit log. A
   * revocation that has not ended keeps the id, without which it cannot be asked for.
   */
  abstract forget(externalUserId: string): Promise<void>;
}

/** Checks the signature of what Meta sends; the only place that knows the app's secrets besides the adapter. */
export abstract class SignedRequests {
  /** Throws `SignedRequestInvalid`. */
  abstract read(signedRequest: string): Omit<CallbackRequest, 'kind'>;
}

export class SignedRequestInvalid extends DomainError {
  constructor() {
    super('malformed', 'This is not a request that Meta signed for this app.');
  }
}
