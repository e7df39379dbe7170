/** Clears the explicit default of a platform; there may still be an effective one. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import type { Platform } from '@domain/platform.js';
import { Organisations } from '../organisations/ports.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { Profiles } from './ports.js';

/** @throws OrganisationNotFound */
export class ClearDefault extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly platform: Platform,
  ) {
    super();
  }
}

@CommandHandler(ClearDefault)
export class ClearDefaultHandler implements ICommandHandler<ClearDefault> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly profiles: Profiles,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, platform }: ClearDefault): Promise<void> {
    return this.work.run(async () => {
      await this.organisations.lockUsage(orgId);
      const former = await this.profiles.lockDefault(platform, orgId);
      if (former === null) return;
      former.clearDefault();
      await this.profiles.writeSwitches([former]);
      await this.audit.record({
        orgId,
        by,
        action: 'default.cleared',
        subject: { kind: 'profile', id: former.id },
        details: { platform },
      });
    });
  }
}
