/** Ports of stored tokens, of the refresh protocol, and of the outbox of revocations. */
import type { CredentialState } from '@domain/connection/credential.js';
import type { ReauthReason } from '@domain/connection/health.js';
import type { ConnectionId, OrgId, ProfileId, ReplacedCredentialId, RevocationId } from '@domain/ids.js';
import type { Platform, ProviderName } from '@domain/platform.js';
import type { GrantProblem } from '@domain/profile/usability.js';
import type { Claimed, WorkPolicy } from '../ports/durable-work.js';
import { LEASE_SECONDS } from '../ports/heartbeat.js';

export interface SealedTokens {
  readonly accessToken: string;
  /** undefined: keep the stored one. */
  readonly refreshToken: string | null | undefined;
  readonly accessExpiresAt: Date | null;
}

/** A credential as stored: sealed tokens, and the columns of the refresh protocol. */
export interface StoredCredential extends CredentialState {
  readonly id: ConnectionId;
  readonly orgId: OrgId;
  readonly externalUserId: string;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** The database's clock when it was read: the only clock that the protocol uses. */
  readonly readAt: Date;
}

/** The connection that was marked just now, with the name that people see. */
export interface MarkedForReauth {
  readonly name: string;
  readonly provider: ProviderName;
}

/**
 * The rows of the refresh protocol; each write is one statement that also checks version and lease.
 * @see PostgresCredentials
 */
export abstract class Credentials {
  /** null: there is none, or no longer. */
  abstract read(id: ConnectionId, orgId: OrgId): Promise<StoredCredential | null>;
  /** The same, for a caller that is about to replace or remove it: no successor is stored in between. */
  abstract lock(id: ConnectionId, orgId: OrgId): Promise<StoredCredential | null>;
  /**
   * Stores a new authorisation by the person: it replaces the stored tokens, and a renewal in progress is discarded.
   */
  abstract replace(id: ConnectionId, orgId: OrgId, provider: ProviderName, tokens: SealedTokens): Promise<void>;
  /**
   * Takes the lease and writes the mark in one statement, if version, mark and lease are still those that were judged:
   * after a try in between with an unknown outcome, the credential has to be judged again.
   * @returns the lease's token; null where another process was faster
   */
  abstract claim(credential: StoredCredential, leaseSeconds: number, presentedHash: Uint8Array): Promise<string | null>;
  /**
   * Stores a successor on the version it succeeds, with or without the lease: a successor that arrives late is still
   * the valid one.
   */
  abstract storeRefreshed(credential: StoredCredential, tokens: SealedTokens): Promise<'stored' | 'overtaken' | 'gone'>;
  /** Releases the lease. `mark`: whether the presented token's outcome stays unknown. */
  abstract releaseLease(credential: StoredCredential, lease: string, mark: 'keep' | 'clear'): Promise<void>;
  /**
   * Marks that only a person can fix it now. Needs the version, and the lease where one is given.
   * `before`: it was marked already, for that reason. `overtaken`: a newer state was stored.
   */
  abstract markNeedsReauth(
    id: ConnectionId,
    orgId: OrgId,
    version: number,
    reason: ReauthReason,
    lease: string | null,
  ): Promise<MarkedForReauth | 'overtaken' | { readonly before: ReauthReason }>;
  /** Stores when the access token expires, as the provider reports; not where it was renewed meanwhile. */
  abstract setExpiry(id: ConnectionId, orgId: OrgId, version: number, at: Date | null): Promise<void>;
}

/** A token pair of X's that a later consent of the same person replaced, or overtook, sealed for its row. */
export interface ReplacedCredential {
  readonly id: ReplacedCredentialId;
  readonly orgId: OrgId;
  readonly provider: ProviderName;
  readonly externalUserId: string;
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Its last rotation was never answered: it may have a successor that is not stored here. */
  readonly incomplete: boolean;
}

/** @see PostgresReplacedCredentials */
export abstract class ReplacedCredentials {
  abstract add(replaced: ReplacedCredential): Promise<void>;
  /** Those of a person whose last rotation was never answered. */
  abstract incompleteOf(
    provider: ProviderName,
    externalUserId: string,
    orgId: OrgId,
  ): Promise<readonly ReplacedCredential[]>;
  /** The answer to its refresh token is known. */
  abstract complete(id: ReplacedCredentialId, orgId: OrgId): Promise<void>;
  /** Deletes and returns all of a person in an organisation. */
  abstract takeOf(provider: ProviderName, externalUserId: string, orgId: OrgId): Promise<readonly ReplacedCredential[]>;
}

/** An account that is to be read, and what its access depends on. */
export interface AccountAccess {
  readonly accountId: ProfileId;
  readonly orgId: OrgId;
  readonly platform: Platform;
  readonly externalId: string;
  readonly connectionId: ConnectionId;
  readonly connectionEpoch: number;
  readonly scopes: readonly string[];
  readonly grantId: string;
  /** Why it may not be called at all; null: it was granted. */
  readonly problem: GrantProblem | null;
  /** Whether it was refused before. */
  readonly refused: boolean;
  /** Sealed; null on X. */
  readonly token: string | null;
}

export interface PendingRevocation {
  readonly id: RevocationId;
  readonly orgId: OrgId;
  readonly disconnectionId: string | null;
  readonly provider: ProviderName;
  /** null: the person is not known. */
  readonly externalUserId: string | null;
  /** Sealed for this row; X's, and Meta's where the person is not known. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /**
   * A valid successor may exist that never reached us: a receipt then states no more than that the stored tokens were
   * revoked.
   */
  readonly incomplete: boolean;
  /** Hash of the refresh token whose answer is not known; null where it is not incomplete. */
  readonly presentedHash: string | null;
}

export type RevocationOutcome = 'revoked' | 'already_gone' | 'not_supported' | 'kept_shared_grant' | 'failed';

/** After a day without success it has failed, and its tokens are deleted. */
export const REVOCATION_POLICY: WorkPolicy = {
  leaseSeconds: LEASE_SECONDS,
  backoff: { firstSeconds: 60, mostSeconds: 6 * 3_600 },
  giveUpAfter: { seconds: 24 * 3_600 },
};

/** A revocation that one worker has claimed. */
export type ClaimedRevocation = PendingRevocation & Claimed;

/** @see PostgresRevocations */
export abstract class Revocations {
  abstract add(revocation: PendingRevocation): Promise<void>;
  /** null where it has ended, is claimed by another worker, or is not due. */
  abstract claim(id: RevocationId): Promise<ClaimedRevocation | null>;
  /** Those that have been due longest: for the sweep behind the queue. */
  abstract claimDue(limit: number): Promise<readonly ClaimedRevocation[]>;
  /** Stores the person of the grant, and deletes the token by which it was read. */
  abstract identified(id: RevocationId, externalUserId: string): Promise<void>;
  abstract retry(revocation: ClaimedRevocation, seconds: number): Promise<void>;
  /** As `retry`; it does not count as a try: another worker is revoking the same grant. */
  abstract wait(revocation: ClaimedRevocation, seconds: number): Promise<void>;
  /**
   * Ends it and deletes its tokens. An incomplete one is shown as `failed` for now. A late outcome is stored whichever
   * worker has the claim by then: a revocation that succeeded stays so.
   */
  abstract complete(id: RevocationId, outcome: Exclude<RevocationOutcome, 'failed'>): Promise<void>;
  /** As `complete`, as `failed`. */
  abstract giveUp(id: RevocationId): Promise<void>;
  /**
   * Records that the answer to a refresh token is known after all: a revocation that was incomplete because of it is
   * complete, and its own outcome is shown.
   * @returns the receipt it belongs to; null where there is none
   */
  abstract answered(presentedHash: string, orgId: OrgId): Promise<string | null>;
}

/**
 * Grants as the provider counts them: one per app and person, across organisations.
 * @see PostgresProviderGrants
 */
export abstract class ProviderGrants {
  /**
   * Inside a run: locks the person's grant until its end, so that no process decides to revoke it meanwhile. False: a
   * revocation is in progress; call again when it is over, and check whether the new token is still valid.
   */
  abstract hold(provider: ProviderName, externalUserId: string): Promise<boolean>;
  /**
   * Inside a run: decides whether a grant may be revoked. `shared`: a connection of any organisation uses it. `busy`:
   * another process is revoking it. `revoking`: the caller revokes it, and no connection is made meanwhile.
   * @param claim names the caller; it expires by the clock
   */
  abstract beginRevoking(
    provider: ProviderName,
    externalUserId: string,
    claim: string,
  ): Promise<'shared' | 'busy' | 'revoking'>;
  /** Changes nothing where the claim has passed to another. */
  abstract endRevoking(provider: ProviderName, externalUserId: string, claim: string): Promise<void>;
}
