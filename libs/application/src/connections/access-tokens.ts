/**
 * A living access token for a connection: the refresh protocol.
 *
 * X's refresh tokens work once, and using one twice may cost the whole connection. So a lease says who may call the
 * provider, a mark is committed before a byte is sent, and the version decides whose result counts. No transaction is
 * open while the provider is asked. The judgement itself is the domain's (`judge`).
 */
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionNotFound, ReconnectNeeded } from '@domain/connection/connection.js';
import { judge } from '@domain/connection/credential.js';
import type { ReauthReason } from '@domain/connection/health.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { Audit } from '../ports/audit.js';
import {
  CredentialRefused,
  ProviderContractBroken,
  ProviderFault,
  ProviderOutcomeUnknown,
  ProviderUnavailable,
} from '../ports/provider-fault.js';
import { Providers, type IssuedTokens } from '../ports/provider.js';
import { CredentialUnreadable } from '../ports/vault.js';
import { Digest, Work } from '../ports/work.js';
import { CredentialSeal } from './credential-seal.js';
import { Credentials, type StoredCredential } from './ports.js';

/** Longer than the outgoing client's total deadline (10 s) plus the commit: else a slow answer would be sent for twice. */
export const LEASE_SECONDS = 30;

const POLL_MS = 100;

export interface AccessToken {
  readonly token: string;
  /** Names this very token, for `refused`. */
  readonly version: number;
}

@Injectable()
export class AccessTokens {
  /** Callers of one process wait for one answer. */
  private readonly underWay = new Map<string, Promise<AccessToken>>();

  constructor(
    private readonly work: Work,
    private readonly credentials: Credentials,
    private readonly seal: CredentialSeal,
    private readonly providers: Providers,
    private readonly digest: Digest,
    private readonly audit: Audit,
  ) {}

  /**
   * @param refused the version that the provider has just answered with a 401: it is renewed although its time has not
   *   come, once, whoever else asks.
   * @throws ReconnectNeeded where only a person can help; ConnectionNotFound; any ProviderFault of the renewal
   */
  of(id: ConnectionId, orgId: OrgId, refused?: number): Promise<AccessToken> {
    const key = `${orgId}/${id}/${refused ?? ''}`;
    const shared = this.underWay.get(key);
    if (shared !== undefined) return shared;
    const own = this.obtain(id, orgId, refused).finally(() => this.underWay.delete(key));
    this.underWay.set(key, own);
    return own;
  }

  private async obtain(id: ConnectionId, orgId: OrgId, refused?: number): Promise<AccessToken> {
    const patience = Date.now() + LEASE_SECONDS * 1_000;
    for (;;) {
      const credential = await this.work.run(() => this.credentials.read(id, orgId));
      if (credential === null) throw new ConnectionNotFound();
      const verdict = judge(credential, credential.readAt, refused);
      if (verdict.is === 'usable') return this.open(credential);
      if (verdict.is === 'dead') await this.bury(credential, null, verdict.reason);
      if (verdict.is === 'renew') {
        const renewed = await this.renew(credential, refused);
        if (renewed !== null) return renewed;
      }
      if (verdict.is === 'later' || Date.now() > patience) {
        throw new ProviderUnavailable({ provider: credential.provider });
      }
      if (verdict.is === 'wait') await sleep(POLL_MS);
    }
  }

  /** null: somebody else was faster, look again. */
  private async renew(credential: StoredCredential, refused?: number): Promise<AccessToken | null> {
    const { accessToken, refreshToken } = await this.openBoth(credential);
    const sent = this.digest.of(refreshToken ?? accessToken);
    const lease = await this.work.run(() => this.credentials.claim(credential, LEASE_SECONDS, sent));
    if (lease === null) return null;

    let issued: IssuedTokens;
    try {
      issued = await this.providers.of(credential.provider).refresh({ accessToken, refreshToken });
    } catch (fault) {
      return this.failed(credential, lease, fault, refused);
    }
    return this.store(credential, issued);
  }

  private async store(credential: StoredCredential, issued: IssuedTokens): Promise<AccessToken | null> {
    const sealed = this.seal.tokens(issued, credential);
    const stored = await this.untilLeaseEnds(() => this.work.run(() => this.credentials.succeed(credential, sealed)));
    if (stored === 'stored') return { token: issued.accessToken, version: credential.version + 1 };
    if (stored === 'overtaken') return null;
    // Disconnected meanwhile: a token that nobody holds must not live on at the provider.
    await this.providers
      .of(credential.provider)
      .revoke({ externalUserId: credential.externalUserId, ...issued })
      .catch(() => undefined);
    throw new ConnectionNotFound();
  }

  /** The successor exists in this process only: a database that is away for a moment must not cost the connection. */
  private async untilLeaseEnds<T>(write: () => Promise<T>): Promise<T> {
    const end = Date.now() + LEASE_SECONDS * 1_000;
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (Date.now() > end) throw error;
        await sleep(POLL_MS * 2);
      }
    }
  }

  private async failed(
    credential: StoredCredential,
    lease: string,
    fault: unknown,
    refused?: number,
  ): Promise<AccessToken | null> {
    if (fault instanceof CredentialRefused) {
      // After an earlier answer was lost, this refusal most likely means that the lost answer was a rotation.
      return this.bury(credential, lease, credential.sentAt === null ? fault.reason : 'rotation_outcome_lost');
    }
    const mayHaveHappened = fault instanceof ProviderOutcomeUnknown || fault instanceof ProviderContractBroken;
    const definiteNo = fault instanceof ProviderFault && !mayHaveHappened;
    await this.work.run(() => this.credentials.release(credential, lease, definiteNo ? 'clear' : 'keep'));
    const alive = credential.accessExpiresAt === null || credential.accessExpiresAt > credential.readAt;
    if (alive && credential.version !== refused && fault instanceof ProviderFault) return this.open(credential);
    throw fault;
  }

  private async bury(credential: StoredCredential, lease: string | null, reason: ReauthReason): Promise<never | null> {
    if (credential.reauthReason === null) {
      const buried = await this.work.run(async () => {
        const done = await this.credentials.bury(credential, lease, reason);
        if (done) {
          await this.audit.record({
            orgId: credential.orgId,
            by: 'system',
            action: 'connection.needs_reauth',
            subject: credential.id,
            details: { reason },
          });
        }
        return done;
      });
      // Somebody stored a newer state in between: that one counts.
      if (!buried) return null;
    }
    throw new ReconnectNeeded(reason);
  }

  private async openBoth(credential: StoredCredential): Promise<{ accessToken: string; refreshToken: string | null }> {
    const { token: accessToken } = await this.open(credential);
    const refreshToken =
      credential.refreshToken === null ? null : this.seal.open(credential.refreshToken, 'refresh_token', credential);
    return { accessToken, refreshToken };
  }

  private async open(credential: StoredCredential): Promise<AccessToken> {
    try {
      return { token: this.seal.open(credential.accessToken, 'access_token', credential), version: credential.version };
    } catch (error) {
      if (error instanceof CredentialUnreadable) await this.bury(credential, null, 'credential_unreadable');
      throw error;
    }
  }
}
