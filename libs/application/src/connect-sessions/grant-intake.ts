/** What becomes of a grant that a person has just given: kept as a connection, put aside until a member decides, or let go. */
import { Injectable } from '@nestjs/common';
import { Connection } from '@domain/connection/connection.js';
import type { ExternalPerson } from '@domain/connection/connection.js';
import { mayHaveSuccessor } from '@domain/connection/credential.js';
import type { FailedOutcome } from '@domain/connection/connect-session.js';
import type { ConnectionId, ConnectSessionId, OrgId, UserId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import type { ProviderName } from '@domain/platform.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import { Connections } from '../connections/ports.js';
import { Credentials, ReplacedCredentials, type StoredCredential } from '../credentials/ports.js';
import { ReplacedPairs } from '../credentials/replaced-pairs.js';
import { RevocationOutbox, type Revocable } from '../credentials/revocation-outbox.js';
import { Audit } from '../ports/audit.js';
import type { IssuedTokens } from '../ports/provider.js';
import { CredentialUnreadable } from '../ports/vault.js';
import { Randomness } from '../ports/work.js';
import { toWire } from '../wire-ids.js';
import { ConnectSessions, PendingGrants, type ExchangedGrant, type SessionKey, type PendingGrant } from './ports.js';

export interface FreshGrant {
  readonly orgId: OrgId;
  readonly provider: ProviderName;
  readonly person: ExternalPerson;
  readonly tokens: IssuedTokens;
  /** When the person consented: callbacks of the provider that are older are stale. */
  readonly consentedAt: Date;
}

interface Owner {
  readonly orgId: OrgId;
  readonly provider: ProviderName;
  readonly externalUserId: string;
}

/** Everything here stands inside a run that holds the organisation's lock. */
@Injectable()
export class GrantIntake {
  constructor(
    private readonly connections: Connections,
    private readonly credentials: Credentials,
    private readonly replaced: ReplacedCredentials,
    private readonly pairs: ReplacedPairs,
    private readonly outbox: RevocationOutbox,
    private readonly waiting: PendingGrants,
    private readonly sessions: ConnectSessions,
    private readonly seal: CredentialSeal,
    private readonly random: Randomness,
    private readonly audit: Audit,
  ) {}

  /**
   * Opens the connection, or renews the one that the organisation has with this person: same ids, a new grant.
   * @param by whoever is answerable for it
   */
  async store(
    { orgId, provider, person, tokens, consentedAt }: FreshGrant,
    existing: Connection | null,
    by: Actor,
    userId: UserId,
  ): Promise<ConnectionId> {
    if (existing?.isNewerThan(consentedAt) === true) {
      // It took longer to be settled than a later consent of the same person: that one stays.
      await this.revokeLater({ orgId, provider, person, tokens }, existing);
      return existing.id;
    }
    await this.overtakeWaiting(provider, person.externalUserId, orgId);
    const id = existing?.id ?? this.random.id<ConnectionId>();
    const scopes = tokens.scopes ?? [];
    if (existing === null) {
      await this.connections.add(Connection.open(id, orgId, provider, person, scopes, userId, consentedAt));
    } else {
      const before = await this.credentials.lock(id, orgId);
      if (before !== null) await this.setAsideStored(before);
      existing.reauthorise(person, scopes, userId, consentedAt);
    }
    await this.credentials.replace(id, orgId, provider, this.seal.tokens(tokens, { id, orgId, provider }));
    await this.audit.record({
      orgId,
      by,
      action: existing === null ? 'connection.connected' : 'connection.reconnected',
      subject: toWire('conn', id),
      details: { provider, external_user_id: person.externalUserId },
    });
    return id;
  }

  async holdForAcceptance(sessionId: ConnectSessionId, grant: FreshGrant): Promise<void> {
    const { orgId, provider, person, tokens, consentedAt } = grant;
    await this.overtakeWaiting(provider, person.externalUserId, orgId);
    await this.waiting.add({
      sessionId,
      orgId,
      provider,
      person,
      scopes: tokens.scopes ?? [],
      ...this.seal.waiting(tokens, { id: sessionId, orgId, provider }),
      receivedAt: consentedAt,
    });
  }

  /**
   * Hands a grant that no connection holds any more to the outbox of revocations. Not at once where the organisation has a
   * connection with the same person: what ending one grant does to the person's others is the provider's to decide
   * (docs/providers/x.md "Revoke" does not say, and Meta's are one), and a living connection is worth more. X's pair is
   * then kept, sealed, and revoked with that connection.
   * @returns whether it is going to be revoked now
   */
  async revokeLater(
    {
      orgId,
      provider,
      person,
      tokens,
    }: Pick<FreshGrant, 'orgId' | 'provider' | 'person'> & { readonly tokens: Revocable },
    existing: Connection | null,
  ): Promise<boolean> {
    const owner = { orgId, provider, externalUserId: person.externalUserId };
    if (existing !== null) {
      await this.pairs.keep(owner, tokens);
      return false;
    }
    await this.outbox.add(owner, tokens, null);
    await this.revokeReplaced(owner, null);
    return true;
  }

  /** What was replaced in the course of time goes with the last one. */
  async revokeReplaced(owner: Owner, disconnectionId: string | null): Promise<void> {
    const { provider, externalUserId, orgId } = owner;
    for (const pair of await this.replaced.takeOf(provider, externalUserId, orgId)) {
      const tokens = readable(() => this.seal.openReplaced(pair, pair));
      await this.outbox.add(owner, { ...tokens, incomplete: pair.incomplete }, disconnectionId);
    }
  }

  /** A credential that is about to be replaced: at X its tokens live on. */
  private async setAsideStored(before: StoredCredential): Promise<void> {
    const { accessToken, refreshToken } = before;
    const tokens = readable(() => ({
      accessToken: this.seal.open(accessToken, 'access_token', before),
      refreshToken: refreshToken === null ? null : this.seal.open(refreshToken, 'refresh_token', before),
    }));
    await this.pairs.keep(before, { ...tokens, incomplete: mayHaveSuccessor(before) });
  }

  revokePendingLater(grant: PendingGrant, existing: Connection | null): Promise<boolean> {
    const tokens = readable(() => this.seal.openWaiting(grant, { ...grant, id: grant.sessionId }));
    return this.revokeLater({ ...grant, tokens }, existing);
  }

  /** Hands a grant whose person is not known to the outbox, and ends its session, where nothing else has. */
  async revokeUnidentifiedLater(
    grant: ExchangedGrant,
    outcome: FailedOutcome,
    details: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const { orgId, provider, sessionId } = grant;
    const tokens = readable(() => this.seal.openExchanged(grant, grant));
    await this.outbox.add({ orgId, provider, externalUserId: null }, tokens, null);
    const session = await this.sessions.lock(sessionId, orgId);
    if (!session.undecided) return;
    session.fail(outcome);
    await this.recordFailure(grant, 'system', outcome, { ...details, revoked: true });
  }

  /**
   * A disconnect starts the provider anew: whoever is on the way to it begins again, and what waits from the same person
   * goes with the connection.
   */
  async supersede(connection: Connection, by: Actor | 'system', disconnectionId: string): Promise<void> {
    const { id, orgId, provider, externalUserId } = connection;
    const ended = await this.sessions.supersede(orgId, provider, id);
    const grant = await this.waiting.takeOf(provider, externalUserId, orgId);
    if (grant !== null) {
      (await this.sessions.lock(grant.sessionId, orgId)).fail('superseded');
      // Meta's one grant is revoked with the connection.
      if (provider !== 'meta') {
        const tokens = readable(() => this.seal.openWaiting(grant, { ...grant, id: grant.sessionId }));
        await this.outbox.add(connection, tokens, disconnectionId);
      }
    }
    const all = grant === null ? ended : [...ended, grant.sessionId];
    for (const sessionId of all) await this.recordFailure({ sessionId, orgId }, by, 'superseded');
  }

  recordFailure(
    { sessionId, orgId }: SessionKey,
    by: Actor | 'system',
    outcome: FailedOutcome,
    details: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    return this.audit.record({
      orgId,
      by,
      action: 'connect_session.failed',
      subject: toWire('csess', sessionId),
      details: { outcome, ...details },
    });
  }

  /** The same person has consented again: the older grant is not worth waiting for, and goes with the newer one. */
  private async overtakeWaiting(provider: ProviderName, externalUserId: string, orgId: OrgId): Promise<void> {
    const older = await this.waiting.takeOf(provider, externalUserId, orgId);
    if (older === null) return;
    await this.pairs.keep(
      { orgId, provider, externalUserId },
      readable(() => this.seal.openWaiting(older, { ...older, id: older.sessionId })),
    );
    (await this.sessions.lock(older.sessionId, orgId)).fail('superseded');
    await this.recordFailure(older, 'system', 'superseded');
  }
}

/** Tokens that can no longer be read are given up as well; only their revocation cannot be asked for. */
function readable(open: () => Revocable): Revocable {
  try {
    return open();
  } catch (error) {
    if (error instanceof CredentialUnreadable) return { accessToken: null, refreshToken: null };
    throw error;
  }
}
