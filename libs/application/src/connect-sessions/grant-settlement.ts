/** Asks the provider for the person of an exchanged grant and has the grant placed; retries with backoff. */
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExternalPerson } from '@domain/connection/connection.js';
import { isShortLived } from '@domain/connection/credential.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import { Organisations } from '../organisations/ports.js';
import type { AuditDetails } from '../ports/audit.js';
import { ProviderFault, ProviderUnavailable, isDefinite, retrySeconds } from '../ports/provider-fault.js';
import type { IssuedTokens } from '../ports/authorization-server.js';
import { Providers } from '../ports/providers.js';
import { CredentialUnreadable } from '../ports/vault.js';
import { Work } from '../ports/work.js';
import { GrantPlacement } from './grant-placement.js';
import { GrantDisposal } from './grant-disposal.js';
import { EXCHANGED_GRANT_POLICY, ExchangedGrants, type ExchangedGrant } from './ports.js';

/** The longest time that a revocation takes. */
const REVOKING_PATIENCE_MS = 35_000;
const REVOKING_POLL_MS = 250;

@Injectable()
export class GrantSettlement {
  constructor(
    private readonly work: Work,
    private readonly exchanged: ExchangedGrants,
    private readonly organisations: Organisations,
    private readonly providers: Providers,
    private readonly seal: CredentialSeal,
    private readonly placement: GrantPlacement,
    private readonly disposal: GrantDisposal,
  ) {}

  /**
   * Settles a grant that the caller has claimed. Where that fails it is tried again with backoff, or given up.
   * @throws Error that is no ProviderFault, for the log: the grant is tried again all the same
   */
  async settle(grant: ExchangedGrant): Promise<void> {
    try {
      const tokens = await this.lengthened(grant);
      const person = await this.providers.authorizationServer(grant.provider).identify(tokens.accessToken);
      await this.placeOnceFree(grant, tokens, person);
    } catch (error) {
      await this.failed(grant, error);
      if (!(error instanceof ProviderFault)) throw error;
    }
  }

  /** Exchanges Meta's short-lived token before Page tokens are derived from it: those would expire with it. */
  private async lengthened(grant: ExchangedGrant): Promise<IssuedTokens> {
    const tokens = { ...this.seal.openExchanged(grant, grant), scopes: grant.scopes };
    if (grant.provider !== 'meta' || !isShortLived(tokens.accessExpiresAt, grant.receivedAt)) return tokens;
    const { accessToken, accessExpiresAt } = await this.providers.authorizationServer('meta').refresh(tokens);
    return { ...tokens, accessToken, accessExpiresAt };
  }

  private async failed(grant: ExchangedGrant, error: unknown): Promise<void> {
    const hopeless = isDefinite(error) || error instanceof CredentialUnreadable;
    await this.work.run(async () => {
      if (!hopeless && !grant.isLast) {
        return this.exchanged.retry(grant, retrySeconds(EXCHANGED_GRANT_POLICY.backoff, grant.tries, error));
      }
      await this.organisations.lockUsage(grant.orgId);
      if (!(await this.exchanged.giveUp(grant.id, grant.orgId))) return;
      const outcome = error instanceof ProviderFault ? 'provider_error' : 'internal_error';
      await this.disposal.revokeUnidentifiedLater(grant, outcome, evidenceOf(error));
    });
  }

  /**
   * Meta has one grant per app and person. Where a revocation of it is in progress, that may revoke the new token as
   * well: so the revocation is awaited, and the token checked again before it is stored.
   */
  private async placeOnceFree(grant: ExchangedGrant, tokens: IssuedTokens, person: ExternalPerson): Promise<void> {
    for (const end = Date.now() + REVOKING_PATIENCE_MS; !(await this.placement.place(grant, tokens, person));) {
      if (Date.now() > end) throw new ProviderUnavailable({ provider: grant.provider });
      await sleep(REVOKING_POLL_MS);
      await this.providers.authorizationServer(grant.provider).identify(tokens.accessToken);
    }
  }
}

/** For the audit log: the code and trace id of the provider's answer. */
function evidenceOf(error: unknown): AuditDetails {
  return error instanceof ProviderFault ? { code: error.code, provider_code: error.evidence.code } : {};
}
