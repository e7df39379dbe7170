/** Carries out a claimed revocation at the provider, with retries for up to a day. */
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitSeconds } from '@domain/backoff.js';
import { CredentialSeal } from './credential-seal.js';
import { CredentialRefused, ProviderFault } from '../ports/provider-fault.js';
import { Providers } from '../ports/providers.js';
import { CredentialUnreadable } from '../ports/vault.js';
import { Randomness, Work } from '../ports/work.js';
import {
  ProviderGrants,
  REVOCATION_POLICY,
  Revocations,
  type ClaimedRevocation,
  type PendingRevocation,
  type RevocationOutcome,
} from './ports.js';

/** Together somewhat longer than an ordinary revocation takes. */
const LOOKS = 10;
const BETWEEN_LOOKS_MS = 500;
const BUSY_SECONDS = 5;

@Injectable()
export class GrantRevocation {
  constructor(
    private readonly work: Work,
    private readonly revocations: Revocations,
    private readonly grants: ProviderGrants,
    private readonly providers: Providers,
    private readonly seal: CredentialSeal,
    private readonly random: Randomness,
  ) {}

  /** @throws Error that is no ProviderFault, for the log: it is tried again all the same */
  async revoke(claimed: ClaimedRevocation): Promise<void> {
    let outcome;
    try {
      outcome = await this.outcomeOf(claimed);
    } catch (error) {
      await this.work.run(() => this.failed(claimed));
      throw error;
    }
    await this.work.run(() => {
      if (outcome === 'busy') return this.revocations.wait(claimed, BUSY_SECONDS);
      if (outcome === null) return this.failed(claimed);
      return outcome === 'failed'
        ? this.revocations.giveUp(claimed.id)
        : this.revocations.complete(claimed.id, outcome);
    });
  }

  /** Retries, or gives up after a day, whatever the error: tokens are not stored longer. */
  private failed(claimed: ClaimedRevocation): Promise<void> {
    if (claimed.isLast) return this.revocations.giveUp(claimed.id);
    return this.revocations.retry(claimed, waitSeconds(REVOCATION_POLICY.backoff, claimed.tries));
  }

  /**
   * X's tokens belong to this connection alone. Meta has one grant per app and person: while another connection uses
   * it, it is not revoked, and while it is being revoked, no connection is made with it.
   */
  private async outcomeOf(pending: PendingRevocation): Promise<RevocationOutcome | 'busy' | null> {
    const { provider, externalUserId } = pending;
    if (provider === 'x') return this.ask(pending);
    if (externalUserId === null) return this.identifyFirst(pending);
    const claim = this.random.id<string>();
    const decided = await this.begin(provider, externalUserId, claim);
    if (decided === 'busy') return 'busy';
    if (decided === 'shared') return 'kept_shared_grant';
    try {
      return await this.ask(pending);
    } finally {
      await this.work.run(() => this.grants.endRevoking(provider, externalUserId, claim));
    }
  }

  /** Reads the person first: without the id it is not known whether another connection uses the grant. */
  private async identifyFirst(pending: PendingRevocation): Promise<RevocationOutcome | 'busy' | null> {
    const person = await this.asking(async () => {
      const token = this.seal.openForRevocation(pending.accessToken, 'access_token', pending);
      return token === null ? 'failed' : this.providers.authorizationServer(pending.provider).identify(token);
    });
    if (person === null || typeof person === 'string') return person;
    const { externalUserId } = person;
    await this.work.run(() => this.revocations.identified(pending.id, externalUserId));
    return this.outcomeOf({ ...pending, externalUserId, accessToken: null, refreshToken: null });
  }

  /**
   * Waits here for another revocation in progress, which ends within seconds; the outbox's backoff is for provider
   * outages.
   */
  private async begin(
    ...whose: Parameters<ProviderGrants['beginRevoking']>
  ): ReturnType<ProviderGrants['beginRevoking']> {
    for (let looks = 1; ; looks += 1) {
      const decided = await this.work.run(() => this.grants.beginRevoking(...whose));
      if (decided !== 'busy' || looks === LOOKS) return decided;
      await sleep(BETWEEN_LOOKS_MS);
    }
  }

  private ask(pending: PendingRevocation): Promise<RevocationOutcome | null> {
    return this.asking(async () => {
      const accessToken = this.seal.openForRevocation(pending.accessToken, 'access_token', pending);
      const refreshToken = this.seal.openForRevocation(pending.refreshToken, 'refresh_token', pending);
      if (pending.provider === 'x' && accessToken === null && refreshToken === null) return 'failed';
      return this.providers
        .authorizationServer(pending.provider)
        .revoke({ externalUserId: pending.externalUserId, accessToken, refreshToken });
    });
  }

  /** null: not known to have worked, and tried again. */
  private async asking<T>(call: () => Promise<T>): Promise<T | 'failed' | 'already_gone' | null> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof CredentialUnreadable) return 'failed';
      if (error instanceof CredentialRefused) return 'already_gone';
      if (error instanceof ProviderFault) return null;
      throw error;
    }
  }
}
