/** Track and Publish, switched under the organisation's lock: the plan limit holds whoever else is switching. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId, ProfileId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import type { SwitchChange } from '@domain/profile/profile.js';
import { Organisations } from '../organisations/ports.js';
import { Audit } from '../ports/audit.js';
import { Work } from '../ports/work.js';
import { Schedule, SyncRuns } from '../sync/ports.js';
import { toWire } from '../wire-ids.js';
import { Profiles } from './ports.js';

export class ToggleProfile extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly profileId: ProfileId,
    readonly change: SwitchChange,
  ) {
    super();
  }
}

@CommandHandler(ToggleProfile)
export class ToggleProfileHandler implements ICommandHandler<ToggleProfile> {
  constructor(
    private readonly work: Work,
    private readonly organisations: Organisations,
    private readonly profiles: Profiles,
    private readonly schedule: Schedule,
    private readonly runs: SyncRuns,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, profileId, change }: ToggleProfile): Promise<void> {
    return this.work.run(async () => {
      const usage = await this.organisations.lockUsage(orgId);
      const profile = await this.profiles.get(profileId, orgId);
      const switched = profile.switch(change, usage);
      await this.profiles.flush();
      if (switched.trackingStarted) await this.schedule.start([profileId], orgId);
      if (switched.trackingStopped) {
        await this.schedule.stop([profileId], orgId);
        await this.runs.cancel([profileId], orgId);
      }
      await this.audit.record({
        orgId,
        by,
        action: 'profile.switched',
        subject: toWire('prof', profileId),
        details: { ...change },
      });
    });
  }
}
