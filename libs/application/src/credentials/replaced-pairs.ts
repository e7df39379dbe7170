/** X's token pairs that no connection holds any more: kept, sealed, until they are revoked with the connection of the same person. */
import { Injectable } from '@nestjs/common';
import type { OrgId, ReplacedCredentialId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import type { IssuedTokens } from '../ports/authorization-server.js';
import { openOrNull } from '../ports/vault.js';
import { Randomness } from '../ports/work.js';
import { CredentialSeal } from './credential-seal.js';
import { Credentials, ReplacedCredentials, type ReplacedCredential, type StoredCredential } from './ports.js';
import { NO_TOKENS, RevocationOutbox, type Revocable } from './revocation-outbox.js';

interface Owner {
  readonly orgId: OrgId;
  readonly provider: ProviderName;
  readonly externalUserId: string;
}

@Injectable()
export class ReplacedPairs {
  constructor(
    private readonly replaced: ReplacedCredentials,
    private readonly credentials: Credentials,
    private readonly seal: CredentialSeal,
    private readonly outbox: RevocationOutbox,
    private readonly random: Randomness,
  ) {}

  /** Meta's grant is one for each person, and is revoked without a token. */
  async keep({ orgId, provider, externalUserId }: Owner, tokens: Revocable): Promise<void> {
    const { accessToken, refreshToken, incomplete = false } = tokens;
    if (provider === 'meta' || accessToken === null) return;
    const id = this.random.id<ReplacedCredentialId>();
    const sealed = this.seal.replaced({ accessToken, refreshToken }, { id, orgId, provider });
    await this.replaced.add({ id, orgId, provider, externalUserId, ...sealed, incomplete });
  }

  /** Hands what is kept of a person to the outbox: it goes with the last connection. */
  async revokeAll({ orgId, provider, externalUserId }: Owner, disconnectionId: string | null): Promise<void> {
    for (const pair of await this.replaced.takeOf(provider, externalUserId, orgId)) {
      const tokens = openOrNull(() => this.seal.openReplaced(pair, pair)) ?? NO_TOKENS;
      const owner = { orgId, provider, externalUserId };
      await this.outbox.add(owner, { ...tokens, incomplete: pair.incomplete }, disconnectionId);
    }
  }

  /**
   * A successor that arrived after its credential was replaced. Nothing is revoked now: the newer one may be of the same
   * chain, and what ending one pair does to the others is the provider's to decide (docs/providers/x.md "Revoke").
   * @returns false: the connection was disconnected meanwhile, and nothing is kept
   */
  async keepSuccessor(overtaken: StoredCredential, presented: string, successor: IssuedTokens): Promise<boolean> {
    // Until the end of the run no disconnect takes what is kept, and misses this.
    const current = await this.credentials.lock(overtaken.id, overtaken.orgId);
    if (current === null) return false;
    await this.isAnswered(overtaken, presented);
    if (!this.isOf(current, successor)) await this.keep(overtaken, successor);
    return true;
  }

  /** The answer to this refresh token is known after all: its pair has no successor that is unknown. */
  async isAnswered(owner: Owner, presented: string): Promise<void> {
    const { provider, externalUserId, orgId } = owner;
    for (const pair of await this.replaced.incompleteOf(provider, externalUserId, orgId)) {
      if (this.refreshTokenOf(pair) === presented) await this.replaced.complete(pair.id, orgId);
    }
  }

  /** Another process was given the very same pair: where X answers a second try with the first one's successor. */
  private isOf(current: StoredCredential, { accessToken }: IssuedTokens): boolean {
    return openOrNull(() => this.seal.open(current.accessToken, 'access_token', current)) === accessToken;
  }

  private refreshTokenOf(pair: ReplacedCredential): string | null {
    return openOrNull(() => this.seal.openReplaced(pair, pair).refreshToken);
  }
}
