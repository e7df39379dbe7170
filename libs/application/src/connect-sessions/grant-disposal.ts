/**
 * Revokes grants that are not used here any more: at once through the outbox, or later, with the connection that
 * replaced them.
 */
import { Injectable } from '@nestjs/common';
import { ConnectionNotFound, type Connection, type ExternalPerson } from '@domain/connection/connection.js';
import { mayHaveSuccessor } from '@domain/connection/credential.js';
import type { FailedOutcome } from '@domain/connection/connect-session.js';
import type { OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import type { ProviderName } from '@domain/platform.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import { Credentials, type StoredCredential } from '../credentials/ports.js';
import { ReplacedPairs } from '../credentials/replaced-pairs.js';
import { NO_TOKENS, RevocationOutbox, type Revocable } from '../credentials/revocation-outbox.js';
import type { AuditDetails } from '../ports/audit.js';
import type { Claimed } from '../ports/durable-work.js';
import { openOrNull } from '../ports/vault.js';
import { ConnectSessions, PendingGrants, type ExchangedGrant, type PendingGrant } from './ports.js';
import { SessionFailures } from './session-failures.js';

interface RevocableGrant {
  readonly orgId: OrgId;
  readonly provider: ProviderName;
  readonly person: ExternalPerson;
  readonly tokens: Revocable;
}

/** All methods have to be called inside a run that holds the organisation's lock. */
@Injectable()
export class GrantDisposal {
  constructor(
    private readonly credentials: Credentials,
    private readonly pairs: ReplacedPairs,
    private readonly pending: PendingGrants,
    private readonly sessions: ConnectSessions,
    private readonly failures: SessionFailures,
    private readonly outbox: RevocationOutbox,
    private readonly seal: CredentialSeal,
  ) {}

  /**
   * Hands a grant that no connection holds to the outbox of revocations. Not at once where the organisation has a
   * connection with the same person: revoking one grant may end the person's others (docs/providers/x.md "Revoke" does
   * not say; Meta has one grant per person), and would break a connection in use. X's pair is then kept, sealed, and
   * revoked with that connection.
   * @returns whether it is going to be revoked now
   */
  async revokeLater(
    { orgId, provider, person, tokens }: RevocableGrant,
    existing: Connection | null,
  ): Promise<boolean> {
    const owner = { orgId, provider, externalUserId: person.externalUserId };
    if (existing !== null) {
      await this.pairs.keep(owner, tokens);
      return false;
    }
    await this.outbox.add(owner, tokens, null);
    await this.pairs.revokeAll(owner, null);
    return true;
  }

  revokePendingLater(grant: PendingGrant, existing: Connection | null): Promise<boolean> {
    return this.revokeLater({ ...grant, tokens: this.tokensOfPending(grant) }, existing);
  }

  /** Hands a grant whose person is not known to the outbox, and ends its session, where nothing else has. */
  async revokeUnidentifiedLater(
    grant: Omit<ExchangedGrant, keyof Claimed>,
    outcome: FailedOutcome,
    details: AuditDetails = {},
  ): Promise<void> {
    const { orgId, provider, sessionId } = grant;
    const tokens = openOrNull(() => this.seal.openExchanged(grant, grant)) ?? NO_TOKENS;
    await this.outbox.add({ orgId, provider, externalUserId: null }, tokens, null);
    const session = await this.sessions.lock(sessionId, orgId);
    if (session.undecided) await this.failures.fail(session, outcome, { ...details, revoked: true });
  }

  /**
   * Hands over all grants of a connection that ends to the outbox, and ends the organisation's sessions in progress:
   * people who are connecting start again, and a pending grant of the same person is revoked with the connection.
   * @param disconnectionId of the receipt that shows the outcome
   */
  async revokeWithConnection(connection: Connection, by: Actor | 'system', disconnectionId: string): Promise<void> {
    await this.supersede(connection, by, disconnectionId);
    const credential = await this.credentials.lock(connection.id, connection.orgId);
    if (credential === null) throw new ConnectionNotFound();
    await this.outbox.add(connection, this.tokensOf(credential), disconnectionId);
    await this.pairs.revokeAll(connection, disconnectionId);
  }

  /**
   * Keeps a credential that is about to be replaced: at X its tokens stay valid until they are revoked with the
   * connection.
   */
  async keepReplaced({ id, orgId }: Connection): Promise<void> {
    const before = await this.credentials.lock(id, orgId);
    if (before !== null) await this.pairs.keep(before, this.tokensOf(before));
  }

  /** The same person has consented again: the older pending grant ends, and is revoked with the newer one. */
  async supersedePending(provider: ProviderName, externalUserId: string, orgId: OrgId): Promise<void> {
    const older = await this.pending.takeOf(provider, externalUserId, orgId);
    if (older === null) return;
    await this.pairs.keep({ orgId, provider, externalUserId }, this.tokensOfPending(older));
    await this.failures.fail(await this.sessions.lock(older.sessionId, orgId), 'superseded');
  }

  private async supersede(connection: Connection, by: Actor | 'system', disconnectionId: string): Promise<void> {
    const { id, orgId, provider, externalUserId } = connection;
    const ended = await this.sessions.supersede(orgId, provider, id);
    const grant = await this.pending.takeOf(provider, externalUserId, orgId);
    if (grant !== null) {
      (await this.sessions.lock(grant.sessionId, orgId)).fail('superseded');
      // Meta's one grant is revoked with the connection.
      if (provider !== 'meta') await this.outbox.add(connection, this.tokensOfPending(grant), disconnectionId);
    }
    const all = grant === null ? ended : [...ended, grant.sessionId];
    for (const sessionId of all) await this.failures.record({ sessionId, orgId }, by, 'superseded');
  }

  /** Each token by itself: where one cannot be decrypted any more, the other may still revoke the grant. */
  private tokensOf(credential: StoredCredential): Revocable {
    const open = (envelope: string | null, column: 'access_token' | 'refresh_token'): string | null =>
      envelope === null ? null : openOrNull(() => this.seal.open(envelope, column, credential));
    return {
      accessToken: open(credential.accessToken, 'access_token'),
      refreshToken: open(credential.refreshToken, 'refresh_token'),
      incomplete: mayHaveSuccessor(credential),
    };
  }

  private tokensOfPending(grant: PendingGrant): Revocable {
    return openOrNull(() => this.seal.openWaiting(grant, { ...grant, id: grant.sessionId })) ?? NO_TOKENS;
  }
}
