/** Sync now: one run per profile, or the one that is already under way. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { ProfileNotTracked } from '@domain/sync/sync-run.js';
import { Audit } from '../ports/audit.js';
import { Jobs } from '../ports/jobs.js';
import { Randomness, Work } from '../ports/work.js';
import { Profiles } from '../profiles/ports.js';
import { SyncRuns } from './ports.js';

export class RequestSync extends Command<readonly SyncRunId[]> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    /** null: every tracked profile of the organisation. */
    readonly profileId: ProfileId | null,
  ) {
    super();
  }
}

@CommandHandler(RequestSync)
export class RequestSyncHandler implements ICommandHandler<RequestSync> {
  constructor(
    private readonly work: Work,
    private readonly profiles: Profiles,
    private readonly runs: SyncRuns,
    private readonly jobs: Jobs,
    private readonly random: Randomness,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, profileId }: RequestSync): Promise<readonly SyncRunId[]> {
    return this.work.run(async () => {
      const accountIds = profileId === null ? await this.profiles.tracked(orgId) : [await this.one(profileId, orgId)];
      const entered = await this.runs.enter(
        accountIds.map((accountId) => ({
          id: this.random.id<SyncRunId>(),
          orgId,
          accountId,
          trigger: 'manual' as const,
          slot: null,
        })),
      );
      await this.jobs.send(
        'sync-profile',
        entered.map(({ id }) => ({ orgId, runId: id })),
      );
      await this.audit.record({
        orgId,
        by,
        action: 'sync.requested',
        subject: profileId ?? orgId,
        details: { runs: entered.length },
      });
      return this.runs.active(accountIds, orgId);
    });
  }

  private async one(id: ProfileId, orgId: OrgId): Promise<ProfileId> {
    const profile = await this.profiles.get(id, orgId);
    if (!profile.tracked) throw new ProfileNotTracked();
    return id;
  }
}
