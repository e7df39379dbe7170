/** Stores an organisation and its plan as the host platform pushes them; a push replaces all fields. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId } from '@domain/ids.js';
import { BudgetNotSupported, type OrganisationProfile } from '@domain/organisation/organisation.js';
import type { Actor } from '@domain/organisation/role.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { Organisations } from './ports.js';

/** @throws OrganisationErased, BudgetNotSupported */
export class PushOrganisation extends Command<void> {
  constructor(
    readonly by: Actor | 'system',
    readonly orgId: OrgId,
    readonly profile: OrganisationProfile,
  ) {
    super();
  }
}

@CommandHandler(PushOrganisation)
export class PushOrganisationHandler implements ICommandHandler<PushOrganisation> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, profile }: PushOrganisation): Promise<void> {
    if (profile.xMonthlyBudgetUsd !== null) throw new BudgetNotSupported();
    return this.work.run(async () => {
      await this.organisations.put(orgId, profile);
      await this.audit.record({
        orgId,
        by,
        action: 'organisation.pushed',
        subject: { kind: 'organisation', id: orgId },
        details: { ...profile },
      });
    });
  }
}
