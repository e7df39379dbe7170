/** What the verbs ask of the stores of connections, credentials, grants and revocations. */
import type { Connection } from '@domain/connection/connection.js';
import type { CredentialState } from '@domain/connection/credential.js';
import type { ReauthReason } from '@domain/connection/health.js';
import type { ConnectionId, OrgId, ProfileId, ReplacedCredentialId } from '@domain/ids.js';
import type { Platform, ProviderName } from '@domain/platform.js';
import type { GrantFacts, GrantProblem } from '@domain/profile/usability.js';
import type { FoundAccount, KnownAccount } from '../ports/provider.js';

export interface ConnectionKey {
  readonly id: ConnectionId;
  readonly orgId: OrgId;
}

export interface ClaimedCheck extends ConnectionKey {
  /** When it was due, as it stood at the claim. */
  readonly dueAt: Date;
  /** How often it has been tried since it was last done, this time included. */
  readonly tries: number;
}

export abstract class Connections {
  /** Throws `ConnectionNotFound`, also for another organisation's. */
  abstract get(id: ConnectionId, orgId: OrgId): Promise<Connection>;
  /** As `get`, and locks it until the end of the run. */
  abstract lock(id: ConnectionId, orgId: OrgId): Promise<Connection>;
  /** The organisation's connection of that external person, locked; null where there is none. */
  abstract lockOf(provider: ProviderName, externalUserId: string, orgId: OrgId): Promise<Connection | null>;
  abstract add(connection: Connection): Promise<void>;
  abstract remove(connection: Connection): Promise<void>;
  /** When the provider last answered one of its calls. */
  abstract called(id: ConnectionId, orgId: OrgId): Promise<void>;
  /** Everybody else's connections of that external person, in whatever organisation: only ids leave. */
  abstract ofSamePerson(connection: Connection): Promise<readonly ConnectionKey[]>;
  /**
   * Takes connections for which a job has to be sent, at most `limit`: their check is due, no worker holds it, and it
   * stands in no queue. Suspended organisations wait. The check stays due until it is done.
   */
  abstract takeDueChecks(
    limit: number,
    queued: readonly ConnectionId[],
  ): Promise<readonly (ConnectionKey & { readonly provider: ProviderName })[]>;
  /** Makes the check of these due now, whatever becomes of the jobs that are sent for it. */
  abstract checkNow(keys: readonly ConnectionKey[]): Promise<void>;
  /** Takes a due check for one worker; null where it is not due, or another holds it. */
  abstract claimCheck(key: ConnectionKey): Promise<ClaimedCheck | null>;
  abstract renewCheck(check: ClaimedCheck): Promise<void>;
  /**
   * Done: the next one comes in a day, and in a week for an X connection without a tracked profile (a check costs a rotation
   * there). `retryAfterSeconds`: it could not be done, and is due again then. Where it was made due meanwhile it stays so.
   */
  abstract checked(check: ClaimedCheck, retryAfterSeconds: number | null): Promise<void>;
  /**
   * Whether a look found none of the accounts that were granted before.
   * @returns whether to believe it: only what an earlier look, minutes ago, has found as well
   */
  abstract loss(key: ConnectionKey, seen: boolean): Promise<boolean>;
}

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

/** The refresh protocol's rows; each write is one statement that also checks who may write. */
export abstract class Credentials {
  /** null: there is none, or no longer. */
  abstract read(id: ConnectionId, orgId: OrgId): Promise<StoredCredential | null>;
  /** The same, for whoever is about to replace or remove it: no successor is stored between that and now. */
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
  abstract succeed(credential: StoredCredential, tokens: SealedTokens): Promise<'stored' | 'overtaken' | 'gone'>;
  /** Gives the lease back. `mark`: whether the presented token's outcome stays unknown. */
  abstract release(credential: StoredCredential, lease: string, mark: 'keep' | 'clear'): Promise<void>;
  /**
   * Only a person can mend it now. Needs the version, and the lease where one is given.
   * `before`: it was buried already, for that reason. `overtaken`: somebody stored a newer state.
   */
  abstract bury(
    id: ConnectionId,
    orgId: OrgId,
    version: number,
    reason: ReauthReason,
    lease: string | null,
  ): Promise<'now' | 'overtaken' | { readonly before: ReauthReason }>;
  /** When the access token ends, as the provider says when asked; whoever renewed it meanwhile knows better. */
  abstract expires(id: ConnectionId, orgId: OrgId, version: number, at: Date | null): Promise<void>;
}

/** A token pair of X's that a later consent of the same person replaced, sealed for its row. */
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
  /** Takes out all of a person in an organisation. */
  abstract takeOf(provider: ProviderName, externalUserId: string, orgId: OrgId): Promise<readonly ReplacedCredential[]>;
}

/** What a discovery found, with its token to be sealed for the row it comes to lie in. */
export type FoundGrant = Omit<FoundAccount, 'token'> & { readonly sealToken: ((grantId: string) => string) | null };

/** A grant of one account, for choosing who serves it. */
export interface StoredGrant extends GrantFacts {
  readonly connectionId: ConnectionId;
  readonly accountId: ProfileId;
  readonly platform: Platform;
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

export abstract class Grants {
  /**
   * Writes what a discovery found, in bulk: accounts by (platform, external id), and one grant each. Grants that were
   * not found again are kept as not granted: nothing is deleted.
   * @returns every account the connection has a grant for, as it now stands.
   */
  abstract record(
    connection: Connection,
    found: readonly (Omit<FoundAccount, 'token'> & { readonly sealToken: ((grantId: string) => string) | null })[],
  ): Promise<readonly StoredGrant[]>;
  /** The accounts that the connection was granted, as last seen. */
  abstract granted(id: ConnectionId, orgId: OrgId): Promise<readonly KnownAccount[]>;
  /** Grants of these accounts by other connections, latest authorisation first. */
  abstract others(
    accountIds: readonly ProfileId[],
    than: ConnectionId,
    orgId: OrgId,
  ): Promise<readonly (StoredGrant & { readonly scopes: readonly string[] })[]>;
  /** How a tracked profile is read; null where it is not tracked, or no longer served. */
  abstract access(accountId: ProfileId, orgId: OrgId): Promise<AccountAccess | null>;
}
