/** Stores what came of presenting a refresh token: the successor, or a failure. The version decides which result counts. */
import { Injectable } from '@nestjs/common';
import { ConnectionNotFound } from '@domain/connection/connection.js';
import type { IssuedTokens } from '../ports/authorization-server.js';
import {
  CredentialRefused,
  ProviderContractBroken,
  ProviderFault,
  ProviderOutcomeUnknown,
} from '../ports/provider-fault.js';
import { Work } from '../ports/work.js';
import { CredentialSeal } from './credential-seal.js';
import { Credentials, type StoredCredential } from './ports.js';
import { ReauthMarker } from './reauth-marker.js';
import { ReplacedPairs } from './replaced-pairs.js';
import { RevocationOutbox } from './revocation-outbox.js';
import type { AccessToken } from './stored-tokens.js';
import { UnsavedResults } from './unsaved-results.js';

@Injectable()
export class RefreshOutcomes {
  constructor(
    private readonly work: Work,
    private readonly credentials: Credentials,
    private readonly seal: CredentialSeal,
    private readonly replaced: ReplacedPairs,
    private readonly outbox: RevocationOutbox,
    private readonly reauthMarker: ReauthMarker,
    private readonly unsaved: UnsavedResults,
  ) {}

  /**
   * @returns null where a newer state was stored meanwhile
   * @throws ConnectionNotFound
   */
  async store(credential: StoredCredential, issued: IssuedTokens, presented: string): Promise<AccessToken | null> {
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

  /**
   * Releases the lease; a definite refusal of the token marks the connection as needs_reauth.
   * @throws ReconnectNeeded
   */
  async fail(credential: StoredCredential, lease: string, fault: unknown, presented: string): Promise<void> {
    const { id, orgId, version } = credential;
    if (fault instanceof CredentialRefused) {
      // After an earlier answer was lost, this refusal most likely means that the lost answer was a rotation. Meta's
      // exchange rotates nothing.
      const rotated = credential.presentedAt !== null && credential.renewable;
      const reason = rotated ? 'rotation_outcome_lost' : fault.reason;
      await this.reauthMarker.markNeedsReauth(id, orgId, version, reason, lease);
      // Overtaken, perhaps by a disconnect, whose receipt then needs the answer.
      if (!rotated) await this.work.run(() => this.hasNoSuccessor(credential, presented));
      return;
    }
    const mayHaveHappened = fault instanceof ProviderOutcomeUnknown || fault instanceof ProviderContractBroken;
    const definiteNo = fault instanceof ProviderFault && !mayHaveHappened;
    // A definite refusal is about this try only: an earlier one, whose answer was lost, stays marked.
    const mark = definiteNo && credential.presentedAt === null ? 'clear' : 'keep';
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
}
