/** Ports of connecting: settings, and the stores of connect sessions, exchanged grants and pending grants. */
import type { ConnectSession } from '@domain/connection/connect-session.js';
import type { ExternalPerson } from '@domain/connection/connection.js';
import type { ConnectionId, ConnectSessionId, ExchangedGrantId, OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import type { Claimed, WorkPolicy } from '../ports/durable-work.js';
import { LEASE_SECONDS, SENT_SECONDS } from '../ports/heartbeat.js';

/**
 * The redirect URIs as registered at the providers: from configuration, never from a request's headers.
 * @see CoreModule
 */
export abstract class RedirectUris {
  abstract of(provider: ProviderName): string;
}

/**
 * Origins besides our own that a browser may be sent back to.
 * @see CoreModule
 */
export abstract class ReturnOrigins {
  abstract readonly allowed: readonly string[];
}

export interface SessionKey {
  readonly sessionId: ConnectSessionId;
  readonly orgId: OrgId;
}

export interface Attempt extends SessionKey {
  readonly provider: ProviderName;
  readonly redirectUri: string;
  /** Sealed; null for a provider without PKCE. */
  readonly codeVerifier: string | null;
}

/** The result of using up a state that a browser presented. */
export type Consumed =
  | { readonly is: 'open'; readonly attempt: Attempt }
  | ({ readonly is: 'used' } & SessionKey)
  | ({ readonly is: 'other_browser' } & SessionKey)
  | { readonly is: 'unknown' };

/** @see PostgresConnectSessions */
export abstract class ConnectSessions {
  /** The database's clock: the only one that ends a session, so that no process's own clock matters. */
  abstract now(): Promise<Date>;
  /** @param hashes.browser null: a link, which belongs to no browser yet */
  abstract add(
    session: ConnectSession,
    hashes: { readonly link: Uint8Array; readonly browser: Uint8Array | null },
  ): Promise<void>;
  /** How many sessions of an organisation wait for a person or for a discovery. */
  abstract countOpen(orgId: OrgId): Promise<number>;
  /** @throws ConnectSessionNotFound */
  abstract get(id: ConnectSessionId, orgId: OrgId): Promise<ConnectSession>;
  /**
   * As `get`, and locks it until the end of the run. Where several locks are needed the order is: organisation,
   * connection, session.
   * @throws ConnectSessionNotFound
   */
  abstract lock(id: ConnectSessionId, orgId: OrgId): Promise<ConnectSession>;
  /** By the token of its link, locked, with the hash of the browser it belongs to; null where there is none. */
  abstract byLink(
    linkHash: Uint8Array,
  ): Promise<{ readonly session: ConnectSession; readonly browserHash: Uint8Array | null } | null>;
  /** Binds a link to one browser, in one statement, so that one of two wins. False: it is bound already. */
  abstract claim(id: ConnectSessionId, orgId: OrgId, browserHash: Uint8Array): Promise<boolean>;
  /**
   * False: that page has led to an attempt before.
   * @throws TooManyAttempts
   */
  abstract addAttempt(
    stateHash: Uint8Array,
    attempt: Attempt & {
      readonly browserHash: Uint8Array;
      readonly expiresAt: Date;
      /** Of the consent page that led to it: each page leads to one attempt. */
      readonly pageHash: Uint8Array;
    },
  ): Promise<boolean>;
  /**
   * Uses up a state, once for all processes, in one statement that also checks provider, redirect URI, browser and
   * time. `used`: it was used before, by this browser. `unknown`: anything else that is not open.
   */
  abstract consume(
    stateHash: Uint8Array,
    by: {
      readonly provider: ProviderName;
      readonly redirectUri: string;
      readonly browserHashes: readonly Uint8Array[];
    },
  ): Promise<Consumed>;
  abstract discovered(id: ConnectSessionId, orgId: OrgId, found: number): Promise<void>;
  /**
   * Ends sessions at a disconnect, as superseded: the organisation's pending sessions of the provider, and a discovery
   * of that very connection.
   * @returns the sessions that ended
   */
  abstract supersede(
    orgId: OrgId,
    provider: ProviderName,
    connectionId: ConnectionId,
  ): Promise<readonly ConnectSessionId[]>;
  /** Sessions that have expired, of all organisations, oldest first. */
  abstract overdue(limit: number): Promise<readonly SessionKey[]>;
  /**
   * Removes sessions, with their attempts, so many days after they expired; and attempts that were never used.
   * @returns how many
   */
  abstract prune(keepDays: number, limit: number): Promise<number>;
}

/** Some four hours. */
export const DISCOVERY_POLICY: WorkPolicy = {
  leaseSeconds: LEASE_SECONDS,
  sentSeconds: SENT_SECONDS,
  backoff: { firstSeconds: 5, mostSeconds: 300 },
  giveUpAfter: { tries: 50 },
};

export interface ClaimedDiscovery extends SessionKey, Claimed {
  readonly connectionId: ConnectionId;
}

/**
 * The discovery that a session waits for.
 * @see PostgresDiscoveries
 */
export abstract class Discoveries {
  /** null where it is over, not due yet, or claimed by another worker. */
  abstract claim(key: SessionKey): Promise<ClaimedDiscovery | null>;
  abstract renew(discovery: ClaimedDiscovery): Promise<void>;
  abstract retry(discovery: ClaimedDiscovery, seconds: number): Promise<void>;
  /** Marks as sent, and returns, those that need a job: due, claimed by no worker, and in no queue. */
  abstract requeueStalled(limit: number, queued: readonly ConnectSessionId[]): Promise<readonly SessionKey[]>;
}

/** A grant whose code was exchanged, until its person is known and the grant is placed or revoked. */
export interface ExchangedGrant extends SessionKey, Claimed {
  readonly id: ExchangedGrantId;
  readonly provider: ProviderName;
  /** null: the provider did not name them. */
  readonly scopes: readonly string[] | null;
  /** Sealed for this row. */
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly accessExpiresAt: Date | null;
  /** When the person consented. */
  readonly receivedAt: Date;
}

/** A grant whose person could not be read within an hour is revoked. */
export const EXCHANGED_GRANT_POLICY: WorkPolicy = {
  // Longer than the calls that settle it: the person is read, and a revocation in progress is waited for.
  leaseSeconds: 75,
  backoff: { firstSeconds: 5, mostSeconds: 300 },
  giveUpAfter: { seconds: 3_600 },
};

/** @see PostgresExchangedGrants */
export abstract class ExchangedGrants {
  /** Stores it as claimed by the caller. */
  abstract add(grant: Omit<ExchangedGrant, 'receivedAt' | keyof Claimed>): Promise<ExchangedGrant>;
  abstract claimDue(limit: number): Promise<readonly ExchangedGrant[]>;
  abstract retry(grant: ExchangedGrant, seconds: number): Promise<void>;
  /** Deletes it, when it is settled; false: another worker did. */
  abstract complete(id: ExchangedGrantId, orgId: OrgId): Promise<boolean>;
  /** Deletes it, when it is handed to the outbox; false: another worker did. */
  abstract giveUp(id: ExchangedGrantId, orgId: OrgId): Promise<boolean>;
  /** The same with all of an organisation. */
  abstract giveUpAll(orgId: OrgId): Promise<readonly Omit<ExchangedGrant, keyof Claimed>[]>;
}

/**
 * The grant of a link session, until a member accepts or declines it. It is no connection: it has a table of its own,
 * so that no code that lists, checks, refreshes or syncs connections can use it by oversight, and it does not change a
 * connection that the organisation already has with the same person.
 */
export interface PendingGrant extends SessionKey {
  readonly provider: ProviderName;
  readonly person: ExternalPerson;
  readonly scopes: readonly string[];
  /** Sealed for this row. */
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly accessExpiresAt: Date | null;
  /** When the person consented. */
  readonly receivedAt: Date;
}

/** @see PostgresPendingGrants */
export abstract class PendingGrants {
  abstract add(grant: PendingGrant): Promise<void>;
  /** Of an organisation, by their sessions. */
  abstract of(orgId: OrgId): Promise<readonly ConnectSessionId[]>;
  /** Deletes and returns it, for a decision; null: there is none, or no longer. */
  abstract take(sessionId: ConnectSessionId, orgId: OrgId): Promise<PendingGrant | null>;
  /** The same by person: an organisation has at most one of each. */
  abstract takeOf(provider: ProviderName, externalUserId: string, orgId: OrgId): Promise<PendingGrant | null>;
}
