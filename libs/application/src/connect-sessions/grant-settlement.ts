/** Finds out whose an exchanged grant is, and has it placed; tries again with backoff where that is not possible now. */
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { isShortLived } from '@domain/connection/credential.js';
import { CredentialSeal } from '../credentials/credential-seal.js';
import { Organisations } from '../organisations/ports.js';
import type { AuditDetails } from '../ports/audit.js';
import { ProviderFault, ProviderUnavailable, isDefinite, retrySeconds } from '../ports/provider-fault.js';
import { Providers, type IssuedTokens, type Person } from '../ports/provider.js';
import { CredentialUnreadable } from '../ports/vault.js';
import { Work } from '../ports/work.js';
import { GrantPlacement } from './grant-placement.js';
import { GrantDisposal } from './grant-disposal.js';
import { EXCHANGED_GRANT_POLICY, ExchangedGrants, type ExchangedGrant } from './ports.js';

/** As long as a revocation may take. */
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
   * Of a grant that the caller has claimed. Where it cannot be settled now it is tried again with backoff, or given up.
   * @throws what is no fault of the provider, for the log: the grant is tried again all the same
   */
  async settle(grant: ExchangedGrant): Promise<void> {
    try {
      const tokens = await this.lengthened(grant);
      const person = await this.providers.of(grant.provider).identify(tokens.accessToken);
      await this.placeOnceFree(grant, tokens, person);
    } catch (error) {
      await this.failed(grant, error);
      if (!(error instanceof ProviderFault)) throw error;
    }
  }

  /** Meta's short-lived token is exchanged before anything is derived from it: Page tokens would end with it. */
  private async lengthened(grant: ExchangedGrant): Promise<IssuedTokens> {
    const tokens = { ...this.seal.openExchanged(grant, grant), scopes: grant.scopes };
    if (grant.provider !== 'meta' || !isShortLived(tokens.accessExpiresAt, grant.receivedAt)) return tokens;
    const { accessToken, accessExpiresAt } = await this.providers.of('meta').refresh(tokens);
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
   * Meta knows one grant per app and person. Where another connection's end is revoking it at this moment, the new token
   * may go with it: so that end is awaited, and the token tried again before it is kept.
   */
  private async placeOnceFree(grant: ExchangedGrant, tokens: IssuedTokens, person: Person): Promise<void> {
    for (const end = Date.now() + REVOKING_PATIENCE_MS; !(await this.placement.place(grant, tokens, person));) {
      if (Date.now() > end) throw new ProviderUnavailable({ provider: grant.provider });
      await sleep(REVOKING_POLL_MS);
      await this.providers.of(grant.provider).identify(tokens.accessToken);
    }
  }
}

/** For the audit log: which of the provider's answers it was. */
function evidenceOf(error: unknown): AuditDetails {
  return error instanceof ProviderFault ? { code: error.code, provider_code: error.evidence.code } : {};
}
