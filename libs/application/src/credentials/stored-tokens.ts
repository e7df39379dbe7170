/** Opens the sealed tokens of a credential; one that cannot be opened marks its connection as needs_reauth. */
import { Injectable } from '@nestjs/common';
import { CredentialUnreadable } from '../ports/vault.js';
import { CredentialSeal } from './credential-seal.js';
import type { StoredCredential } from './ports.js';
import { ReauthMarker } from './reauth-marker.js';

export interface AccessToken {
  readonly token: string;
  /** Names this very token, for `refused`. */
  readonly version: number;
}

@Injectable()
export class StoredTokens {
  constructor(
    private readonly seal: CredentialSeal,
    private readonly reauthMarker: ReauthMarker,
  ) {}

  /** @throws ReconnectNeeded, CredentialUnreadable where a newer state was stored meanwhile */
  async accessToken(credential: StoredCredential): Promise<AccessToken> {
    return {
      token: await this.read(credential, credential.accessToken, 'access_token'),
      version: credential.version,
    };
  }

  /** @throws ReconnectNeeded, CredentialUnreadable where a newer state was stored meanwhile */
  async refreshToken(credential: StoredCredential): Promise<string | null> {
    return credential.refreshToken === null ? null : this.read(credential, credential.refreshToken, 'refresh_token');
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
