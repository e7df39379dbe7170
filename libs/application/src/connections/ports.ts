/** Ports of connections, their checks, and the grants of their accounts. */
import type { Connection } from '@domain/connection/connection.js';
import type { ConnectionId, OrgId, ProfileId } from '@domain/ids.js';
import type { Platform, ProviderName } from '@domain/platform.js';
import type { GrantFacts } from '@domain/profile/usability.js';
import type { AccountAccess } from '../credentials/ports.js';
import type { Claimed, WorkPolicy } from '../ports/durable-work.js';
import { LEASE_SECONDS, SENT_SECONDS } from '../ports/heartbeat.js';
import type { FoundAccount, KnownAccount } from '../ports/reading-api.js';

export interface ConnectionKey {
  readonly id: ConnectionId;
  readonly orgId: OrgId;
}

export const CHECK_POLICY: WorkPolicy = {
  leaseSeconds: LEASE_SECONDS,
  sentSeconds: SENT_SECONDS,
  backoff: { firstSeconds: 60, mostSeconds: 3_600 },
  giveUpAfter: null,
};

/** Its tries are counted since the last check that succeeded. */
export type ClaimedCheck = ConnectionKey & Claimed & { readonly provider: ProviderName };

/** @see PostgresConnections */
export abstract class Connections {
  /** @throws ConnectionNotFound, also for another organisation's */
  abstract get(id: ConnectionId, orgId: OrgId): Promise<Connection>;
  /**
   * As `get`, and locks it until the end of the run.
   * @throws ConnectionNotFound
   */
  abstract lock(id: ConnectionId, orgId: OrgId): Promise<Connection>;
  /** The organisation's connection of that external person, locked; null where there is none. */
  abstract lockOf(provider: ProviderName, externalUserId: string, orgId: OrgId): Promise<Connection | null>;
  abstract add(connection: Connection): Promise<void>;
  abstract remove(connection: Connection): Promise<void>;
  /** When the provider last answered one of its calls. */
  abstract recordCall(id: ConnectionId, orgId: OrgId): Promise<void>;
  /** All other connections of that external person, in all organisations: only their ids are returned. */
  abstract ofSamePerson(connection: Connection): Promise<readonly ConnectionKey[]>;
  /** Makes the check of these due now, even if the jobs that are sent for it are lost. */
  abstract checkNow(keys: readonly ConnectionKey[]): Promise<void>;
  /**
   * Makes its check due now, unless one is queued or running.
   * @returns whether a job has to be sent for it
   */
  abstract requestCheck(key: ConnectionKey): Promise<boolean>;
  /**
   * Records whether a discovery found none of the accounts that were granted before.
   * @returns whether the loss is confirmed: an earlier discovery, minutes ago, found it as well
   */
  abstract loss(key: ConnectionKey, seen: boolean): Promise<boolean>;
}

/**
 * The check of a connection: durable work that recurs.
 * @see PostgresConnectionChecks
 */
export abstract class ConnectionChecks {
  /**
   * Marks as sent, and returns, those that need a job, at most `limit`: due, claimed by no worker, and in no queue.
   * Those of an organisation whose jobs do not run wait. The check stays due until it is done.
   */
  abstract requeueStalled(
    limit: number,
    queued: readonly ConnectionId[],
  ): Promise<readonly (ConnectionKey & { readonly provider: ProviderName })[]>;
  /** null where it is not due, or claimed by another worker. */
  abstract claim(key: ConnectionKey): Promise<ClaimedCheck | null>;
  abstract renew(check: ClaimedCheck): Promise<void>;
  /**
   * The next check is due in a day, and in a week for an X connection without a tracked profile (a check costs a
   * rotation there). Where it was made due meanwhile it is due again at once.
   */
  abstract complete(check: ClaimedCheck): Promise<void>;
  /** Where it was made due meanwhile it is due at once. */
  abstract retry(check: ClaimedCheck, seconds: number): Promise<void>;
}

/** An account that a discovery found, for the row that `rowsFor` named, its token sealed for that row. */
export interface FoundGrant extends FoundAccount {
  readonly grantId: string;
}

/** A grant of one account, for choosing the connection that serves it. */
export interface StoredGrant extends GrantFacts {
  readonly connectionId: ConnectionId;
  readonly accountId: ProfileId;
  readonly platform: Platform;
}

/** @see PostgresAccountGrants */
export abstract class AccountGrants {
  /** The ids of the rows that hold, or will hold, the connection's grants of these accounts, in their order. */
  abstract rowsFor(connection: Connection, accounts: readonly KnownAccount[]): Promise<readonly string[]>;
  /**
   * Writes what a discovery found, in bulk: accounts by (platform, external id), and one grant each. Grants that were
   * not found again are kept as not granted: nothing is deleted.
   * @returns every account the connection has a grant for, as stored now
   */
  abstract record(connection: Connection, found: readonly FoundGrant[]): Promise<readonly StoredGrant[]>;
  /** The accounts that the connection was granted, as last seen. */
  abstract granted(id: ConnectionId, orgId: OrgId): Promise<readonly KnownAccount[]>;
  /** Grants of these accounts by other connections, latest authorisation first. */
  abstract others(
    accountIds: readonly ProfileId[],
    than: ConnectionId,
    orgId: OrgId,
  ): Promise<readonly (StoredGrant & { readonly scopes: readonly string[] })[]>;
  /** The token and facts with which a tracked profile is read; null where it is not tracked, or no longer served. */
  abstract access(accountId: ProfileId, orgId: OrgId): Promise<AccountAccess | null>;
}
