/** Sets the default of a platform, the profile that publishing uses where none is named: at most one. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId, ProfileId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import type { Platform } from '@domain/platform.js';
import { ProfileNotFound, ProfileOnOtherPlatform } from '@domain/profile/profile.js';
import { Organisations } from '../organisations/ports.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { Profiles } from './ports.js';

/** @throws OrganisationNotFound, ProfileNotFound, ProfileOnOtherPlatform, ProfileNotPublishing */
export class SetDefault extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly platform: Platform,
    readonly profileId: ProfileId,
  ) {
    super();
  }
}

@CommandHandler(SetDefault)
export class SetDefaultHandler implements ICommandHandler<SetDefault> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly profiles: Profiles,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, platform, profileId }: SetDefault): Promise<void> {
    return this.work.run(async () => {
      // One at a time in an organisation: two changes at once would violate the unique index.
      await this.organisations.lockUsage(orgId);
      const [profile] = await this.profiles.lockMany([profileId], orgId);
      if (profile === undefined) throw new ProfileNotFound();
      if (profile.platform !== platform) throw new ProfileOnOtherPlatform(platform);
      const former = await this.profiles.lockDefault(platform, orgId);
      if (former?.id === profileId) return;
      profile.makeDefault();
      former?.clearDefault();
      // One after the other, so that there are never two.
      if (former !== null) await this.profiles.writeSwitches([former]);
      await this.profiles.writeSwitches([profile]);
      await this.audit.record({
        orgId,
        by,
        action: 'default.set',
        subject: { kind: 'profile', id: profileId },
        details: { platform },
      });
    });
  }
}
