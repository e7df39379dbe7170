/** Renews a token at the provider: takes the lease and commits the mark in one statement, then presents the token once. */
import { Injectable } from '@nestjs/common';
import type { RefusedToken } from '@domain/connection/credential.js';
import type { IssuedTokens } from '../ports/authorization-server.js';
import {
  CredentialRefused,
  ProviderFault,
  ProviderMisconfigured,
  ProviderUnavailable,
} from '../ports/provider-fault.js';
import { ProviderPauses, STOPS_TOKENS } from '../ports/provider-pauses.js';
import { Providers } from '../ports/providers.js';
import { Digest, Work } from '../ports/work.js';
import { Credentials, type StoredCredential } from './ports.js';
import { RefreshOutcomes } from './refresh-outcomes.js';
import { StoredTokens, type AccessToken } from './stored-tokens.js';
import { UnsavedResults } from './unsaved-results.js';

/**
 * Longer than the outgoing client's queue and total deadline (15 s) plus the commit: else a second request could be
 * sent while the first is still answered.
 */
export const LEASE_SECONDS = 30;
/** Where the database took longer than this to grant a lease, too little of the lease is left to begin a call. */
const LATEST_START_MS = 10_000;

@Injectable()
export class TokenRefresh {
  constructor(
    private readonly work: Work,
    private readonly credentials: Credentials,
    private readonly tokens: StoredTokens,
    private readonly providers: Providers,
    private readonly pauses: ProviderPauses,
    private readonly digest: Digest,
    private readonly outcomes: RefreshOutcomes,
    private readonly unsaved: UnsavedResults,
  ) {}

  /**
   * @returns null where another process took the lease or stored a newer state: read again
   * @throws ReconnectNeeded, ConnectionNotFound, CredentialUnreadable, any ProviderFault
   */
  async renew(credential: StoredCredential, refused?: RefusedToken): Promise<AccessToken | null> {
    const { token: accessToken } = await this.tokens.accessToken(credential);
    const refreshToken = await this.tokens.refreshToken(credential);
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
        await this.outcomes.fail(credential, lease, fault, presented);
        return fault instanceof CredentialRefused ? null : this.fallBackToCurrent(credential, fault, refused);
      }
      const renewed = await this.outcomes.store(credential, issued, presented);
      await this.pauses.end(provider, STOPS_TOKENS);
      return renewed;
    });
  }

  /** Where the renewal failed: the old token is used until it expires, and after that the fault is thrown. */
  private fallBackToCurrent(
    credential: StoredCredential,
    fault: unknown,
    refused?: RefusedToken,
  ): Promise<AccessToken> {
    const { version } = credential;
    const alive = credential.accessExpiresAt === null || credential.accessExpiresAt > credential.readAt;
    if (alive && version !== refused?.version && fault instanceof ProviderFault)
      return this.tokens.accessToken(credential);
    throw fault;
  }
}
