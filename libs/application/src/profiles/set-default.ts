/** The profile that is meant on a platform when a publisher names none: at most one, chosen here. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId, ProfileId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import type { Platform } from '@domain/platform.js';
import { ProfileOnOtherPlatform } from '@domain/profile/profile.js';
import { Organisations } from '../organisations/ports.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { Profiles } from './ports.js';

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
      // One at a time in an organisation: two choices at once would meet at the unique index.
      await this.organisations.lockUsage(orgId);
      const profile = await this.profiles.get(profileId, orgId);
      if (profile.platform !== platform) throw new ProfileOnOtherPlatform(platform);
      const former = await this.profiles.defaultOf(platform, orgId);
      if (former?.id === profileId) return;
      former?.clearDefault();
      await this.profiles.flush();
      profile.makeDefault();
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
