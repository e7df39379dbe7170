/** What has to be revoked at a provider, kept until it is: written with the transaction that lets it go, sealed, and asked for by a job. */
import { Injectable } from '@nestjs/common';
import type { OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { CredentialSeal } from './credential-seal.js';
import { Jobs } from '../ports/jobs.js';
import { Digest } from '../ports/work.js';
import { Revocations } from './ports.js';

/** What is known of a token pair that has to go. */
export interface Revocable {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /** Its last rotation was never answered. */
  readonly incomplete?: boolean;
}

interface Owner {
  readonly orgId: OrgId;
  readonly provider: ProviderName;
  /** null: not known; a revocation at Meta then begins by asking. */
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

  /** @param disconnectionId whose receipt tells what became of it; null: nobody was told of this grant */
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
      sentHash: incomplete && refreshToken !== null ? this.digest.text(refreshToken) : null,
      ...this.seal.forRevocation(tokens, { id, orgId, provider, externalUserId }),
    });
    await this.jobs.send('revoke-grant', [{ revocationId: id }]);
  }

  /** A successor that came home after its connection was let go: it goes as well, on the same receipt. */
  async addSuccessor(owner: Owner, presented: string, successor: Revocable): Promise<void> {
    const receipt = await this.revocations.answered(this.digest.text(presented), owner.orgId);
    await this.add(owner, successor, receipt);
  }

  /** The provider gave nothing for this refresh token: a receipt that leaves it open need not do so any longer. */
  async hasNoSuccessor(presented: string, orgId: OrgId): Promise<void> {
    await this.revocations.answered(this.digest.text(presented), orgId);
  }
}
