/** Stores a grant that a person has given: as a connection, or as a pending grant until a member accepts it. */
import { Injectable } from '@nestjs/common';
import type { ConnectSession } from '@domain/connection/connect-session.js';
import { Connection, type ExternalPerson } from '@domain/connection/connection.js';
import type { ConnectionId, OrgId, UserId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import type { ProviderName } from '@domain/platform.js';
import { Connections } from '../connections/ports.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import { Credentials } from '../credentials/ports.js';
import { Audit } from '../ports/audit.js';
import type { IssuedTokens } from '../ports/authorization-server.js';
import { Randomness } from '../ports/work.js';
import { GrantDisposal } from './grant-disposal.js';
import { PendingGrants, type PendingGrant } from './ports.js';

export interface FreshGrant {
  readonly orgId: OrgId;
  readonly provider: ProviderName;
  readonly person: ExternalPerson;
  readonly tokens: IssuedTokens;
  /** When the person consented: callbacks of the provider that are older are stale. */
  readonly consentedAt: Date;
}

/** All methods have to be called inside a run that holds the organisation's lock. */
@Injectable()
export class GrantIntake {
  constructor(
    private readonly connections: Connections,
    private readonly credentials: Credentials,
    private readonly pending: PendingGrants,
    private readonly disposal: GrantDisposal,
    private readonly seal: CredentialSeal,
    private readonly random: Randomness,
    private readonly audit: Audit,
  ) {}

  /**
   * Opens the connection, or renews the one that the organisation has with this person: same ids, a new grant.
   * @param by the actor that the audit log names
   */
  async store(
    { orgId, provider, person, tokens, consentedAt }: FreshGrant,
    existing: Connection | null,
    by: Actor,
    userId: UserId,
  ): Promise<ConnectionId> {
    if (existing?.isNewerThan(consentedAt) === true) {
      // A later consent of the same person was settled first: that one stays.
      await this.disposal.revokeLater({ orgId, provider, person, tokens }, existing);
      return existing.id;
    }
    await this.disposal.supersedePending(provider, person.externalUserId, orgId);
    const id = existing?.id ?? this.random.id<ConnectionId>();
    // Not named: what is known stays, until a discovery tells.
    const scopes = tokens.scopes ?? existing?.grantedScopes ?? [];
    if (existing === null) {
      await this.connections.add(Connection.open(id, orgId, provider, person, scopes, userId, consentedAt));
    } else {
      await this.disposal.keepReplaced(existing);
      existing.reauthorise(person, scopes, userId, consentedAt);
    }
    await this.credentials.replace(id, orgId, provider, this.seal.tokens(tokens, { id, orgId, provider }));
    await this.audit.record({
      orgId,
      by,
      action: existing === null ? 'connection.connected' : 'connection.reconnected',
      subject: { kind: 'connection', id },
      details: { provider, external_user_id: person.externalUserId },
    });
    return id;
  }

  /** Stores the grant of a link as a connection, when a member accepts it. */
  storePending(pending: PendingGrant, existing: Connection | null, by: Actor, userId: UserId): Promise<ConnectionId> {
    const { orgId, provider, person, scopes, sessionId, receivedAt: consentedAt } = pending;
    const tokens = { ...this.seal.openWaiting(pending, { id: sessionId, orgId, provider }), scopes };
    return this.store({ orgId, provider, person, tokens, consentedAt }, existing, by, userId);
  }

  async holdForAcceptance(session: ConnectSession, grant: FreshGrant, existing: Connection | null): Promise<void> {
    const { orgId, provider, person, tokens, consentedAt } = grant;
    await this.disposal.supersedePending(provider, person.externalUserId, orgId);
    await this.pending.add({
      sessionId: session.id,
      orgId,
      provider,
      person,
      scopes: tokens.scopes ?? [],
      ...this.seal.waiting(tokens, { id: session.id, orgId, provider }),
      receivedAt: consentedAt,
    });
    await this.audit.record({
      orgId,
      by: 'system',
      action: 'connect_session.awaits_acceptance',
      subject: { kind: 'connect_session', id: session.id },
      details: {
        provider,
        external_user_id: person.externalUserId,
        would_renew: existing === null ? null : { kind: 'connection', id: existing.id },
      },
    });
  }
}
