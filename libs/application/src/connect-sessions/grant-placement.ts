/** Decides, in one transaction, what becomes of a grant whose person is known. The rule is the domain's (`decideGrant`). */
import { Injectable } from '@nestjs/common';
import type { ExternalPerson } from '@domain/connection/connection.js';
import { decideGrant } from '@domain/connection/grant-decision.js';
import type { Actor } from '@domain/organisation/role.js';
import { Jobs } from '../ports/jobs.js';
import type { IssuedTokens } from '../ports/authorization-server.js';
import { Work } from '../ports/work.js';
import { Askers } from './askers.js';
import { GrantIntake, type FreshGrant } from './grant-intake.js';
import { GrantLocks, type LockedGrant } from './grant-locks.js';
import { GrantDisposal } from './grant-disposal.js';
import { ExchangedGrants, type ExchangedGrant } from './ports.js';
import { SessionFailures } from './session-failures.js';

@Injectable()
export class GrantPlacement {
  constructor(
    private readonly work: Work,
    private readonly locks: GrantLocks,
    private readonly exchanged: ExchangedGrants,
    private readonly askers: Askers,
    private readonly intake: GrantIntake,
    private readonly disposal: GrantDisposal,
    private readonly failures: SessionFailures,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Role and membership are checked again now: the asker may have lost them while the person was at the provider.
   * @returns false where a revocation of the person's grant is in progress
   */
  place(exchanged: ExchangedGrant, tokens: IssuedTokens, person: ExternalPerson): Promise<boolean> {
    const { id, sessionId, orgId, provider } = exchanged;
    const grant: FreshGrant = { orgId, provider, person, tokens, consentedAt: exchanged.receivedAt };
    return this.work.run(async () => {
      const locked = await this.locks.take(grant, sessionId);
      if (locked === null) return false;
      // Another worker may have settled it meanwhile, or the organisation is being erased.
      if (await this.exchanged.complete(id, orgId)) await this.decide(grant, locked);
      return true;
    });
  }

  private async decide(grant: FreshGrant, { session, existing, now }: LockedGrant): Promise<void> {
    const { undecided, kind, reconnects } = session;
    const asker = undecided ? await this.askers.of(session) : null;
    const circumstances = { undecided, kind, reconnects, asker: asker?.kind ?? null, existing: existing?.id ?? null };
    const decision = decideGrant(circumstances);
    switch (decision) {
      case 'revoke':
        await this.disposal.revokeLater(grant, existing);
        return;
      case 'hold':
        session.awaitAcceptance(now);
        return this.intake.holdForAcceptance(session, grant, existing);
      case 'store': {
        const by = asker as Extract<Actor, { kind: 'member' }>;
        session.granted(await this.intake.store(grant, existing, by, by.userId), now);
        return this.jobs.send('discover-profiles', [{ orgId: session.orgId, sessionId: session.id }]);
      }
      case 'not_allowed':
      case 'wrong_account': {
        const revoked = await this.disposal.revokeLater(grant, existing);
        const details = { external_user_id: grant.person.externalUserId, revoked };
        return this.failures.fail(session, decision, details);
      }
    }
  }
}
