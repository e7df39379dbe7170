/**
 * Gives a valid access token of a connection, and renews it where needed: the refresh protocol.
 *
 * X's refresh tokens work once, and using one twice may end the whole connection. So a lease decides which process may
 * call the provider, a mark is committed before a byte is sent, and the version decides which result counts. No
 * transaction is open during the call. The rule is in the domain (`judge`).
 */
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionNotFound } from '@domain/connection/connection.js';
import { extendable, judge, type RefusedToken } from '@domain/connection/credential.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import {
  CredentialRefused,
  ProviderContractBroken,
  ProviderFault,
  ProviderMisconfigured,
  ProviderOutcomeUnknown,
  ProviderUnavailable,
} from '../ports/provider-fault.js';
import { ProviderPauses, STOPS_TOKENS } from '../ports/provider-pauses.js';
import type { IssuedTokens } from '../ports/authorization-server.js';
import { Providers } from '../ports/providers.js';
import { CredentialUnreadable } from '../ports/vault.js';
import { Digest, Work } from '../ports/work.js';
import { ReplacedPairs } from './replaced-pairs.js';
import { RevocationOutbox } from './revocation-outbox.js';
import { ReauthMarker } from './reauth-marker.js';
import { CredentialSeal } from './credential-seal.js';
import { Credentials, type StoredCredential } from './ports.js';
import { UnsavedResults } from './unsaved-results.js';

/**
 * Longer than the outgoing client's queue and total deadline (15 s) plus the commit: else a second request could be
 * sent while the first is still answered.
 */
export const LEASE_SECONDS = 30;
/** Where the database took longer than this to grant a lease, too little of the lease is left to begin a call. */
const LATEST_START_MS = 10_000;

/**
 * After an outage, a process that holds a successor that could not be stored has to come first. It retries all the
 * time, but one attempt may hang for some seconds: until then no process presents a refresh token whose answer is not
 * known.
 */
const HOLDERS_FIRST_MS = 10_000;

const POLL_MS = 100;

export interface AccessToken {
  readonly token: string;
  /** Names this very token, for `refused`. */
  readonly version: number;
}

@Injectable()
export class AccessTokens {
  /** Callers of one process that have to wait share one answer. */
  private readonly underWay = new Map<string, Promise<AccessToken>>();

  constructor(
    private readonly work: Work,
    private readonly credentials: Credentials,
    private readonly seal: CredentialSeal,
    private readonly providers: Providers,
    private readonly pauses: ProviderPauses,
    private readonly outbox: RevocationOutbox,
    private readonly replaced: ReplacedPairs,
    private readonly digest: Digest,
    private readonly reauthMarker: ReauthMarker,
    private readonly unsaved: UnsavedResults,
  ) {}

  /**
   * Calls the provider with a valid token. A 401 before the token expires leads to one renewal and one more call; a
   * second refusal counts, and only a person can fix it.
   * @throws ReconnectNeeded, ConnectionNotFound, CredentialUnreadable, any ProviderFault, and whatever `call` throws
   */
  async use<T>(id: ConnectionId, orgId: OrgId, call: (token: string) => Promise<T>): Promise<T> {
    const first = await this.get(id, orgId);
    try {
      return await call(first.token);
    } catch (fault) {
      if (!(fault instanceof CredentialRefused)) throw fault;
      const renewed = await this.get(id, orgId, { version: first.version, reason: fault.reason });
      try {
        return await call(renewed.token);
      } catch (again) {
        if (again instanceof CredentialRefused)
          await this.reauthMarker.markNeedsReauth(id, orgId, renewed.version, again.reason);
        throw again;
      }
    }
  }

  /**
   * @param refused the token that the provider has just answered with a 401: it is renewed although it has not expired,
   *   once for all callers.
   * @throws ReconnectNeeded, ConnectionNotFound, CredentialUnreadable, any ProviderFault of the renewal
   */
  get(id: ConnectionId, orgId: OrgId, refused?: RefusedToken): Promise<AccessToken> {
    const key = `${orgId}/${id}/${refused?.version ?? ''}`;
    const shared = this.underWay.get(key);
    if (shared !== undefined) return this.joinRefresh(shared, id, orgId, refused);
    const own = this.obtain(id, orgId, refused).finally(() => this.underWay.delete(key));
    this.underWay.set(key, own);
    return own;
  }

  /**
   * Joins a renewal in progress in this process. As where another process renews, no caller waits for it while the old
   * token is valid.
   */
  private async joinRefresh(
    shared: Promise<AccessToken>,
    id: ConnectionId,
    orgId: OrgId,
    refused?: RefusedToken,
  ): Promise<AccessToken> {
    const credential = await this.work.run(() => this.credentials.read(id, orgId));
    if (credential === null) return shared;
    // This process may be about to take the lease: treat it as taken.
    const leaseUntil = new Date(credential.readAt.getTime() + 1);
    const verdict = judge({ ...credential, leaseUntil }, credential.readAt, refused);
    return verdict.is === 'usable' ? this.open(credential) : shared;
  }

  /**
   * For a call with an account's own token: checks that its connection is not marked as needs_reauth.
   * @throws ReconnectNeeded, ConnectionNotFound
   */
  async assertAlive(id: ConnectionId, orgId: OrgId): Promise<void> {
    const credential = await this.work.run(() => this.credentials.read(id, orgId));
    if (credential === null) throw new ConnectionNotFound();
    const verdict = judge(credential, credential.readAt);
    if (verdict.is === 'dead') await this.reauthMarker.markNeedsReauth(id, orgId, credential.version, verdict.reason);
  }

  /**
   * Exchanges a token that expires soon for a longer one, where the provider offers that (Meta). Never called within a
   * request.
   * @throws ReconnectNeeded, ConnectionNotFound, CredentialUnreadable, any ProviderFault
   */
  async extend(id: ConnectionId, orgId: OrgId): Promise<void> {
    const credential = await this.work.run(() => this.credentials.read(id, orgId));
    if (credential !== null && extendable(credential, credential.readAt)) await this.renew(credential);
  }

  private async obtain(id: ConnectionId, orgId: OrgId, refused?: RefusedToken): Promise<AccessToken> {
    const patience = Date.now() + LEASE_SECONDS * 1_000;
    for (;;) {
      const credential = await this.work.run(() => this.credentials.read(id, orgId));
      if (credential === null) throw new ConnectionNotFound();
      const verdict = judge(credential, credential.readAt, refused);
      if (verdict.is === 'usable') return this.open(credential);
      if (verdict.is === 'dead') await this.reauthMarker.markNeedsReauth(id, orgId, credential.version, verdict.reason);
      const holderFirst = credential.sentAt !== null && this.work.calmMs() < HOLDERS_FIRST_MS;
      if (verdict.is === 'renew' && !holderFirst) {
        const renewed = await this.renew(credential, refused);
        if (renewed !== null) return renewed;
      }
      if (verdict.is === 'later' || Date.now() > patience) {
        throw new ProviderUnavailable({ provider: credential.provider });
      }
      if (verdict.is === 'wait' || holderFirst) await sleep(POLL_MS);
    }
  }

  /** null: another process took the lease, read again. */
  private async renew(credential: StoredCredential, refused?: RefusedToken): Promise<AccessToken | null> {
    const { token: accessToken } = await this.open(credential);
    const refreshToken =
      credential.refreshToken === null ? null : await this.read(credential, credential.refreshToken, 'refresh_token');
    const { provider } = credential;
    const paused = await this.pauses.current(provider, STOPS_TOKENS);
    if (paused !== null)
      return this.fallBackToCurrent(credential, new ProviderMisconfigured({ provider }, paused), refused);

    const presented = refreshToken ?? accessToken;
    const sent = this.digest.of(presented);
    const asked = performance.now();
    const lease = await this.work.run(() => this.credentials.claim(credential, LEASE_SECONDS, sent));
    if (lease === null) return null;

    return this.unsaved.guard(async () => {
      let issued: IssuedTokens;
      try {
        // From here to the first byte there may be no waiting: the lease is running.
        if (performance.now() - asked > LATEST_START_MS) throw new ProviderUnavailable({ provider });
        issued = await this.providers.authorizationServer(provider).refresh({ accessToken, refreshToken });
      } catch (fault) {
        await this.noteFailure(credential, lease, fault, presented);
        return fault instanceof CredentialRefused ? null : this.fallBackToCurrent(credential, fault, refused);
      }
      const renewed = await this.store(credential, issued, presented);
      await this.pauses.end(provider, STOPS_TOKENS);
      return renewed;
    });
  }

  private async store(
    credential: StoredCredential,
    issued: IssuedTokens,
    presented: string,
  ): Promise<AccessToken | null> {
    const sealed = this.seal.tokens(issued, credential);
    // An answer that names no expiry leaves the stored one.
    const accessExpiresAt = issued.accessExpiresAt ?? credential.accessExpiresAt;
    // The successor exists in this process only: a database outage must not end the connection.
    const stored = await this.unsaved.untilStored(async () => {
      const outcome = await this.credentials.storeRefreshed(credential, { ...sealed, accessExpiresAt });
      if (outcome !== 'overtaken') return outcome;
      return (await this.replaced.keepSuccessor(credential, presented, issued)) ? outcome : 'gone';
    });
    if (stored === 'stored') return { token: issued.accessToken, version: credential.version + 1 };
    if (stored === 'overtaken') return null;
    // Disconnected meanwhile: the new token is not stored, so it has to be revoked. Meta's grant is revoked with the
    // connection.
    if (credential.provider === 'x') {
      await this.unsaved.untilStored(() => this.outbox.addSuccessor(credential, presented, issued));
    }
    throw new ConnectionNotFound();
  }

  /** @throws ReconnectNeeded where the connection was marked as needs_reauth */
  private async noteFailure(
    credential: StoredCredential,
    lease: string,
    fault: unknown,
    presented: string,
  ): Promise<void> {
    const { id, orgId, version } = credential;
    if (fault instanceof CredentialRefused) {
      // After an earlier answer was lost, this refusal most likely means that the lost answer was a rotation. Meta's
      // exchange rotates nothing.
      const rotated = credential.sentAt !== null && credential.renewable;
      const reason = rotated ? 'rotation_outcome_lost' : fault.reason;
      await this.reauthMarker.markNeedsReauth(id, orgId, version, reason, lease);
      // Overtaken, perhaps by a disconnect, whose receipt then needs the answer.
      if (!rotated) await this.work.run(() => this.hasNoSuccessor(credential, presented));
      return;
    }
    const mayHaveHappened = fault instanceof ProviderOutcomeUnknown || fault instanceof ProviderContractBroken;
    const definiteNo = fault instanceof ProviderFault && !mayHaveHappened;
    // A definite refusal is about this try only: an earlier one, whose answer was lost, stays marked.
    const mark = definiteNo && credential.sentAt === null ? 'clear' : 'keep';
    await this.work.run(async () => {
      await this.credentials.releaseLease(credential, lease, mark);
      if (mark === 'clear') await this.hasNoSuccessor(credential, presented);
    });
  }

  /** Completes what waits for the answer to this refresh token: a replaced pair, or a receipt. */
  private async hasNoSuccessor(credential: StoredCredential, presented: string): Promise<void> {
    await this.replaced.isAnswered(credential, presented);
    await this.outbox.hasNoSuccessor(presented, credential.orgId);
  }

  /** Where the renewal failed: the old token is used until it expires, and after that the fault is thrown. */
  private fallBackToCurrent(
    credential: StoredCredential,
    fault: unknown,
    refused?: RefusedToken,
  ): Promise<AccessToken> {
    const { version } = credential;
    const alive = credential.accessExpiresAt === null || credential.accessExpiresAt > credential.readAt;
    if (alive && version !== refused?.version && fault instanceof ProviderFault) return this.open(credential);
    throw fault;
  }

  private async open(credential: StoredCredential): Promise<AccessToken> {
    return {
      token: await this.read(credential, credential.accessToken, 'access_token'),
      version: credential.version,
    };
  }

  private async read(
    credential: StoredCredential,
    envelope: string,
    column: 'access_token' | 'refresh_token',
  ): Promise<string> {
    try {
      return this.seal.open(envelope, column, credential);
    } catch (error) {
      if (error instanceof CredentialUnreadable) {
        await this.reauthMarker.markNeedsReauth(
          credential.id,
          credential.orgId,
          credential.version,
          'credential_unreadable',
        );
      }
      throw error;
    }
  }
}
