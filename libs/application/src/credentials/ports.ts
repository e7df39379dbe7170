/** Stored tokens, the refresh protocol's rows, and the outbox of revocations. */
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
  /** The database's clock at the moment of reading: the only clock that the protocol knows. */
  readonly readAt: Date;
}

/** The connection that was marked just now, as people know it. */
export interface MarkedForReauth {
  readonly name: string;
  readonly provider: ProviderName;
}

/** The refresh protocol's rows; each write is one statement that also checks who may write. */
export abstract class Credentials {
  /** null: there is none, or no longer. */
  abstract read(id: ConnectionId, orgId: OrgId): Promise<StoredCredential | null>;
  /** The same, for a caller that is about to replace or remove it: no successor is stored between that and now. */
  abstract lock(id: ConnectionId, orgId: OrgId): Promise<StoredCredential | null>;
  /** A new authorisation by the person: it replaces whatever was there, and whatever is under way loses. */
  abstract replace(id: ConnectionId, orgId: OrgId, provider: ProviderName, tokens: SealedTokens): Promise<void>;
  /**
   * Takes the lease and writes the mark in one statement, if version, mark and lease are still what was judged: a try
   * that came and went since then, and whose outcome nobody knows, must not be followed by one that does not know of it.
   * @returns the lease's token; null where somebody was faster.
   */
  abstract claim(credential: StoredCredential, leaseSeconds: number, sentHash: Uint8Array): Promise<string | null>;
  /** Stores a successor on the version it succeeds, with or without the lease: a late but true successor must win. */
  abstract storeRefreshed(credential: StoredCredential, tokens: SealedTokens): Promise<'stored' | 'overtaken' | 'gone'>;
  /** Gives the lease back. `mark`: whether the presented token's outcome stays unknown. */
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
  /** When the access token ends, as the provider says when asked; whoever renewed it meanwhile knows better. */
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
  /** Its last rotation was never answered: it may have a successor that nothing here knows. */
  readonly incomplete: boolean;
}

export abstract class ReplacedCredentials {
  abstract add(replaced: ReplacedCredential): Promise<void>;
  /** Those of a person whose last rotation was never answered. */
  abstract incompleteOf(
    provider: ProviderName,
    externalUserId: string,
    orgId: OrgId,
  ): Promise<readonly ReplacedCredential[]>;
  /** Its answer has come home. */
  abstract complete(id: ReplacedCredentialId, orgId: OrgId): Promise<void>;
  /** Takes out all of a person in an organisation. */
  abstract takeOf(provider: ProviderName, externalUserId: string, orgId: OrgId): Promise<readonly ReplacedCredential[]>;
}

/** What a token is needed for: the account, and everything that opens the way to it. */
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
export const REVOCATION_POLICY: WorkPolicy = {
  leaseSeconds: LEASE_SECONDS,
  backoff: { firstSeconds: 60, mostSeconds: 6 * 3_600 },
  giveUpAfter: { seconds: 24 * 3_600 },
};

/** A revocation that one worker holds. */
export type ClaimedRevocation = PendingRevocation & Claimed;

export abstract class Revocations {
  abstract add(revocation: PendingRevocation): Promise<void>;
  /** null where it has ended, is held by another worker, or is not due. */
  abstract claim(id: RevocationId): Promise<ClaimedRevocation | null>;
  /** Those that have been due longest: for the sweep behind the queue. */
  abstract claimDue(limit: number): Promise<readonly ClaimedRevocation[]>;
  /** Stores whose grant it is, and shreds the token by which it was found out. */
  abstract identified(id: RevocationId, externalUserId: string): Promise<void>;
  abstract retry(revocation: ClaimedRevocation, seconds: number): Promise<void>;
  /** As `retry`; it does not count as a try: another worker is revoking the same grant. */
  abstract wait(revocation: ClaimedRevocation, seconds: number): Promise<void>;
  /**
   * Ends it and shreds its tokens. A receipt claims only what was revoked: an incomplete one has `failed` for now. A late
   * outcome counts whoever holds it by then: what was revoked is revoked.
   */
  abstract complete(id: RevocationId, outcome: Exclude<RevocationOutcome, 'failed'>): Promise<void>;
  /** As `complete`, as `failed`. */
  abstract giveUp(id: RevocationId): Promise<void>;
  /**
   * The answer to a refresh token is known after all: what was incomplete for its sake is complete, and an outcome counts
   * as it was.
   * @returns the receipt it belongs to; null where there is none
   */
  abstract answered(sentHash: string, orgId: OrgId): Promise<string | null>;
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
