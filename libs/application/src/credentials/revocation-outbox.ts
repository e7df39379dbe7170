/** Writes revocations to the outbox, sealed, in the transaction that ends the grant here, and sends a job for each. */
import { Injectable } from '@nestjs/common';
import type { OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { CredentialSeal } from './credential-seal.js';
import { Jobs } from '../ports/jobs.js';
import { Digest } from '../ports/work.js';
import { Revocations } from './ports.js';

/** A token pair that has to be revoked. */
export interface Revocable {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /** Its last rotation was never answered. */
  readonly incomplete?: boolean;
}

/** Tokens that can no longer be read are given up as well; only their revocation cannot be requested. */
export const NO_TOKENS: Revocable = { accessToken: null, refreshToken: null };

interface Owner {
  readonly orgId: OrgId;
  readonly provider: ProviderName;
  /** null: not known; a revocation at Meta then begins by reading the person. */
  readonly externalUserId: string | null;
}

@Injectable()
export class RevocationOutbox {
  constructor(
    private readonly revocations: Revocations,
    private readonly seal: CredentialSeal,
    private readonly jobs: Jobs,
    private readonly digest: Digest,
  ) {}

  /** @param disconnectionId the receipt that shows the outcome; null: no receipt names this grant */
  async add(
    { orgId, provider, externalUserId }: Owner,
    tokens: Revocable,
    disconnectionId: string | null,
  ): Promise<void> {
    const id = this.seal.revocationId();
    const { refreshToken, incomplete = false } = tokens;
    await this.revocations.add({
      id,
      orgId,
      disconnectionId,
      provider,
      externalUserId,
      incomplete,
      presentedHash: incomplete && refreshToken !== null ? this.digest.text(refreshToken) : null,
      ...this.seal.forRevocation(tokens, { id, orgId, provider, externalUserId }),
    });
    await this.jobs.send('revoke-grant', [{ revocationId: id }]);
  }

  /** Adds a successor that arrived after its connection was deleted: it is revoked as well, on the same receipt. */
  async addSuccessor(owner: Owner, presented: string, successor: Revocable): Promise<void> {
    const receipt = await this.revocations.answered(this.digest.text(presented), owner.orgId);
    await this.add(owner, successor, receipt);
  }

  /**
   * Records that the provider issued no successor for this refresh token: a receipt that was incomplete because of it
   * is complete.
   */
  async hasNoSuccessor(presented: string, orgId: OrgId): Promise<void> {
    await this.revocations.answered(this.digest.text(presented), orgId);
  }
}
