/**
 * Records that one profile can no longer do what its switches say, or can again: with one notice for each event, and a
 * longer interval.
 */
import { Injectable } from '@nestjs/common';
import type { OrgId, ProfileId } from '@domain/ids.js';
import type { ProfileTrouble } from '@domain/profile/status.js';
import type { ProfileProblem } from '@domain/profile/usability.js';
import { Notices } from '../ports/notices.js';
import { Randomness } from '../ports/work.js';
import { ProfileTroubles } from './ports.js';

/** All methods have to be called inside a run. */
@Injectable()
export class ProfileWatch {
  constructor(
    private readonly troubles: ProfileTroubles,
    private readonly notices: Notices,
    private readonly random: Randomness,
  ) {}

  /** The provider refuses a granted account. A repeated refusal only makes the schedule wait longer. */
  async refused(id: ProfileId, orgId: OrgId, reason: ProfileTrouble): Promise<void> {
    if (await this.troubles.refused(id, orgId, reason)) await this.report([id], orgId, reason);
  }

  /** A call for it succeeded. */
  async recovered(id: ProfileId, orgId: OrgId): Promise<void> {
    await this.troubles.recovered(id, orgId);
  }

  /** Profiles that are switched on, and that the connection can no longer use as they are. */
  async lost(
    lost: readonly { readonly id: ProfileId; readonly problem: ProfileProblem }[],
    orgId: OrgId,
  ): Promise<void> {
    for (const [problem, profiles] of Map.groupBy(lost, (one) => one.problem)) {
      await this.report(
        profiles.map((one) => one.id),
        orgId,
        problem,
      );
    }
  }

  private async report(
    ids: readonly ProfileId[],
    orgId: OrgId,
    reason: ProfileTrouble | ProfileProblem,
  ): Promise<void> {
    const names = await this.troubles.names(ids, orgId);
    await this.notices.raiseAll(
      names.map(({ id, name, platform }) => ({
        orgId,
        kind: 'profile_trouble' as const,
        subject: { kind: 'profile' as const, id, name },
        event: `profile_trouble/${id}/${this.random.id<string>()}`,
        details: { reason, platform },
      })),
    );
  }
}
