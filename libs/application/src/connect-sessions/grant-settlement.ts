/** Decides what becomes of an exchanged grant: a connection, a grant that waits for a member, or a revocation. */
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectSession } from '@domain/connection/connect-session.js';
import type { Connection } from '@domain/connection/connection.js';
import { isShortLived } from '@domain/connection/credential.js';
import type { Actor } from '@domain/organisation/role.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import { Connections } from '../connections/ports.js';
import { ProviderGrants } from '../credentials/ports.js';
import { Organisations } from '../organisations/ports.js';
import { Audit } from '../ports/audit.js';
import { Jobs } from '../ports/jobs.js';
import { ProviderFault, ProviderUnavailable, isDefinite, retrySeconds } from '../ports/provider-fault.js';
import { Providers, type IssuedTokens, type Person } from '../ports/provider.js';
import { CredentialUnreadable } from '../ports/vault.js';
import { Work } from '../ports/work.js';
import { toWire } from '../wire-ids.js';
import { Askers } from './askers.js';
import { GrantIntake, type FreshGrant } from './grant-intake.js';
import { ConnectSessions, EXCHANGED_GRANT_POLICY, ExchangedGrants, type ExchangedGrant } from './ports.js';

/** As long as a revocation may take. */
const REVOKING_PATIENCE_MS = 35_000;
const REVOKING_POLL_MS = 250;

@Injectable()
export class GrantSettlement {
  constructor(
    private readonly work: Work,
    private readonly exchanged: ExchangedGrants,
    private readonly sessions: ConnectSessions,
    private readonly askers: Askers,
    private readonly grants: GrantIntake,
    private readonly connections: Connections,
    private readonly providerGrants: ProviderGrants,
    private readonly organisations: Organisations,
    private readonly providers: Providers,
    private readonly seal: CredentialSeal,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

  /**
   * Of a grant that the caller has claimed. Where it cannot be settled now it is tried again with backoff, or given up.
   * @throws what is no fault of the provider, for the log: the grant is tried again all the same
   */
  async settle(grant: ExchangedGrant): Promise<void> {
    try {
      const tokens = await this.lengthened(grant);
      const person = await this.providers.of(grant.provider).identify(tokens.accessToken);
      await this.storeOnceFree(grant, tokens, person);
    } catch (error) {
      await this.failed(grant, error);
      if (!(error instanceof ProviderFault)) throw error;
    }
  }

  /** Meta's short-lived token is exchanged before anything is derived from it: Page tokens would end with it. */
  private async lengthened(grant: ExchangedGrant): Promise<IssuedTokens> {
    const tokens = { ...this.seal.openExchanged(grant, grant), scopes: grant.scopes };
    if (grant.provider !== 'meta' || !isShortLived(tokens.accessExpiresAt, grant.receivedAt)) return tokens;
    const { accessToken, accessExpiresAt } = await this.providers.of('meta').refresh(tokens);
    return { ...tokens, accessToken, accessExpiresAt };
  }

  private async failed(grant: ExchangedGrant, error: unknown): Promise<void> {
    const hopeless = isDefinite(error) || error instanceof CredentialUnreadable;
    await this.work.run(async () => {
      if (!hopeless && !grant.isLast) {
        return this.exchanged.retry(grant, retrySeconds(EXCHANGED_GRANT_POLICY.backoff, grant.tries, error));
      }
      await this.organisations.lockUsage(grant.orgId);
      if (!(await this.exchanged.giveUp(grant.id, grant.orgId))) return;
      const outcome = error instanceof ProviderFault ? 'provider_error' : 'internal_error';
      await this.grants.revokeUnidentifiedLater(grant, outcome, evidenceOf(error));
    });
  }

  /**
   * Meta knows one grant per app and person. Where another connection's end is revoking it at this moment, the new token
   * may go with it: so that end is awaited, and the token tried again before it is kept.
   */
  private async storeOnceFree(grant: ExchangedGrant, tokens: IssuedTokens, person: Person): Promise<void> {
    for (const end = Date.now() + REVOKING_PATIENCE_MS; !(await this.store(grant, tokens, person));) {
      if (Date.now() > end) throw new ProviderUnavailable({ provider: grant.provider });
      await sleep(REVOKING_POLL_MS);
      await this.providers.of(grant.provider).identify(tokens.accessToken);
    }
  }

  /**
   * Rights and membership are judged again now: the asker may have lost them while the person was at the provider.
   * @returns false where the grant is being revoked at this moment
   */
  private store(exchanged: ExchangedGrant, tokens: IssuedTokens, person: Person): Promise<boolean> {
    const { id, sessionId, orgId, provider } = exchanged;
    return this.work.run(async () => {
      await this.organisations.lockUsage(orgId);
      if (!(await this.providerGrants.hold(provider, person.externalUserId))) return false;
      const existing = await this.connections.lockOf(provider, person.externalUserId, orgId);
      const session = await this.sessions.lock(sessionId, orgId);
      // Another worker may have been faster, or the organisation is being erased.
      if (!(await this.exchanged.complete(id, orgId))) return true;
      const grant: FreshGrant = { orgId, provider, person, tokens, consentedAt: exchanged.receivedAt };
      await this.decide(session, grant, existing);
      return true;
    });
  }

  private async decide(session: ConnectSession, grant: FreshGrant, existing: Connection | null): Promise<void> {
    if (!session.undecided) {
      // Ended while its person was looked for: by a disconnect, or by another attempt of the same session.
      await this.grants.revokeLater(grant, existing);
      return;
    }
    const asker = await this.askers.of(session);
    if (asker === null) return this.refuse(session, 'not_allowed', grant, existing);
    if (session.reconnects !== null && session.reconnects !== existing?.id) {
      return this.refuse(session, 'wrong_account', grant, existing);
    }
    // Only a link can have been asked for by a service.
    return session.kind === 'link' || asker.kind === 'service'
      ? this.putAside(session, grant, existing)
      : this.keep(session, grant, existing, asker);
  }

  private async keep(
    session: ConnectSession,
    grant: FreshGrant,
    existing: Connection | null,
    by: Extract<Actor, { kind: 'member' }>,
  ): Promise<void> {
    const { id: sessionId, orgId } = session;
    const id = await this.grants.store(grant, existing, by, by.userId);
    session.granted(id, await this.sessions.now());
    await this.jobs.send('discover-profiles', [{ orgId, sessionId }]);
  }

  private async putAside(session: ConnectSession, grant: FreshGrant, existing: Connection | null): Promise<void> {
    session.awaitAcceptance(await this.sessions.now());
    await this.grants.holdForAcceptance(session.id, grant);
    await this.audit.record({
      orgId: session.orgId,
      by: 'system',
      action: 'connect_session.awaits_acceptance',
      subject: toWire('csess', session.id),
      details: {
        provider: grant.provider,
        external_user_id: grant.person.externalUserId,
        would_renew: existing === null ? null : toWire('conn', existing.id),
      },
    });
  }

  /** The grant exists at the provider, and may not be stored here. */
  private async refuse(
    session: ConnectSession,
    outcome: 'not_allowed' | 'wrong_account',
    grant: FreshGrant,
    existing: Connection | null,
  ): Promise<void> {
    const revoked = await this.grants.revokeLater(grant, existing);
    session.fail(outcome);
    await this.grants.recordFailure({ sessionId: session.id, orgId: session.orgId }, 'system', outcome, {
      external_user_id: grant.person.externalUserId,
      revoked,
    });
  }
}

/** For the audit log: which of the provider's answers it was. */
function evidenceOf(error: unknown): Readonly<Record<string, unknown>> {
  return error instanceof ProviderFault ? { code: error.code, provider_code: error.evidence.code } : {};
}
