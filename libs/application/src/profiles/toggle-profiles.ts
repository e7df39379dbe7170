/** Switches Track and Publish of one or many profiles under the organisation's lock: all or nothing. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId, ProfileId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { ProfileNotFound, type SwitchChange } from '@domain/profile/profile.js';
import { assertNamedOnce, switchAll } from '@domain/profile/switch-all.js';
import { Organisations } from '../organisations/ports.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { Profiles, Tracking } from './ports.js';

export interface ProfileSwitch extends SwitchChange {
  readonly profileId: ProfileId;
}

/**
 * @throws OrganisationNotFound, ProfileNamedTwice, ProfileNotFound, ProfileNotUsable, PlanLimitReached with
 *   `profile_id`
 */
export class ToggleProfiles extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly changes: readonly ProfileSwitch[],
  ) {
    super();
  }
}

@CommandHandler(ToggleProfiles)
export class ToggleProfilesHandler implements ICommandHandler<ToggleProfiles> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly profiles: Profiles,
    private readonly tracking: Tracking,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, changes }: ToggleProfiles): Promise<void> {
    assertNamedOnce(changes.map((one) => one.profileId));
    return this.work.run(async () => {
      const usage = await this.organisations.lockUsage(orgId);
      const found = await this.profiles.lockMany(
        changes.map((one) => one.profileId),
        orgId,
      );
      const byId = new Map(found.map((profile) => [profile.id, profile]));
      const wanted = changes.map(({ profileId, ...change }) => {
        const profile = byId.get(profileId);
        if (profile === undefined) throw new ProfileNotFound(profileId);
        return { profile, change };
      });

      const { parked, others } = switchAll(wanted, usage);
      for (const half of [parked, others]) await this.profiles.writeSwitches(half.map((one) => one.profile));
      const idsOf = (turned: 'trackingStarted' | 'trackingStopped'): ProfileId[] =>
        [...parked, ...others].filter((one) => one.switched[turned]).map((one) => one.profile.id);
      await this.tracking.start(idsOf('trackingStarted'), orgId);
      await this.tracking.stop(idsOf('trackingStopped'), orgId);
      await this.audit.recordAll(
        changes.map(({ profileId, ...change }) => ({
          orgId,
          by,
          action: 'profile.switched',
          subject: { kind: 'profile', id: profileId },
          details: { ...change },
        })),
      );
    });
  }
}
