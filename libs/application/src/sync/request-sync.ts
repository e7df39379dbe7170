/** Requests a sync now: one run per profile, or the one that is already in progress. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId, ProfileId, SyncRunId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { ProfileNotTracked } from '@domain/sync/sync-run.js';
import { Audit } from '../ports/audit.js';
import { Jobs } from '../ports/jobs.js';
import { Randomness, Work } from '../ports/work.js';
import { Profiles } from '../profiles/ports.js';
import { SyncRuns, type NewRun } from './ports.js';

/** @throws ProfileNotFound, ProfileNotTracked */
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
      const { entered, active } = await this.enter(accountIds, orgId);
      await this.jobs.send(
        'sync-profile',
        entered.map(({ id }) => ({ orgId, runId: id })),
      );
      await this.audit.record({
        orgId,
        by,
        action: 'sync.requested',
        subject: profileId === null ? { kind: 'organisation', id: orgId } : { kind: 'profile', id: profileId },
        details: { runs: entered.length },
      });
      return active;
    });
  }

  /** The run in progress that blocked a new one may have ended before it could be read: then the new one is entered. */
  private async enter(
    accountIds: readonly ProfileId[],
    orgId: OrgId,
  ): Promise<{ entered: readonly NewRun[]; active: readonly SyncRunId[] }> {
    const manual = (accountId: ProfileId): NewRun => ({
      id: this.random.id<SyncRunId>(),
      orgId,
      accountId,
      trigger: 'manual',
      slot: null,
    });
    for (;;) {
      const entered = await this.runs.enter(accountIds.map(manual));
      const active = await this.runs.active(accountIds, orgId);
      if (active.length > 0 || accountIds.length === 0) return { entered, active };
    }
  }

  private async one(id: ProfileId, orgId: OrgId): Promise<ProfileId> {
    const profile = await this.profiles.get(id, orgId);
    if (!profile.tracked) throw new ProfileNotTracked();
    return id;
  }
}
