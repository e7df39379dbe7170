/**
 * Gives a valid access token of a connection, and has it renewed where needed: the refresh protocol.
 *
 * X's refresh tokens work once, and using one twice may end the whole connection. So a lease decides which process may
 * call the provider, a mark is committed before a byte is sent (both in `TokenRefresh`), and the version decides which
 * result counts (`RefreshOutcomes`). No transaction is open during the call. The rule is in the domain (`judge`).
 */
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionNotFound } from '@domain/connection/connection.js';
import { extendable, judge, type RefusedToken } from '@domain/connection/credential.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { CredentialRefused, ProviderUnavailable } from '../ports/provider-fault.js';
import { Work } from '../ports/work.js';
import { Credentials } from './ports.js';
import { ReauthMarker } from './reauth-marker.js';
import { StoredTokens, type AccessToken } from './stored-tokens.js';
import { LEASE_SECONDS, TokenRefresh } from './token-refresh.js';

/**
 * After an outage, a process that holds a successor that could not be stored has to come first. It retries all the
 * time, but one attempt may hang for some seconds: until then no process presents a refresh token whose answer is not
 * known.
 */
const HOLDERS_FIRST_MS = 10_000;

const POLL_MS = 100;

@Injectable()
export class AccessTokens {
  /** Callers of one process that have to wait share one answer. */
  private readonly underWay = new Map<string, Promise<AccessToken>>();

  constructor(
    private readonly work: Work,
    private readonly credentials: Credentials,
    private readonly tokens: StoredTokens,
    private readonly refresh: TokenRefresh,
    private readonly reauthMarker: ReauthMarker,
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
    return verdict.is === 'usable' ? this.tokens.accessToken(credential) : shared;
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
    if (credential !== null && extendable(credential, credential.readAt)) await this.refresh.renew(credential);
  }

  private async obtain(id: ConnectionId, orgId: OrgId, refused?: RefusedToken): Promise<AccessToken> {
    const patience = Date.now() + LEASE_SECONDS * 1_000;
    for (;;) {
      const credential = await this.work.run(() => this.credentials.read(id, orgId));
      if (credential === null) throw new ConnectionNotFound();
      const verdict = judge(credential, credential.readAt, refused);
      if (verdict.is === 'usable') return this.tokens.accessToken(credential);
      if (verdict.is === 'dead') await this.reauthMarker.markNeedsReauth(id, orgId, credential.version, verdict.reason);
      const holderFirst = credential.presentedAt !== null && this.work.calmMs() < HOLDERS_FIRST_MS;
      if (verdict.is === 'renew' && !holderFirst) {
        const renewed = await this.refresh.renew(credential, refused);
        if (renewed !== null) return renewed;
      }
      if (verdict.is === 'later' || Date.now() > patience) {
        throw new ProviderUnavailable({ provider: credential.provider });
      }
      if (verdict.is === 'wait' || holderFirst) await sleep(POLL_MS);
    }
  }
}
