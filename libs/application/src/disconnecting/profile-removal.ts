/**
 * Removes the profiles from a connection that ends, or hands them over to another connection that was granted the
 * account.
 */
import { Injectable } from '@nestjs/common';
import type { Connection } from '@domain/connection/connection.js';
import { ProfileHandover } from '../connections/profile-handover.js';
import { Profiles, Tracking } from '../profiles/ports.js';
import { Posts } from '../sync/ports.js';

/** Counts for the receipt. */
export interface ProfilesTaken {
  readonly profilesRemoved: number;
  readonly profilesPassedOn: number;
  readonly runsCanceled: number;
  readonly postsKept: number;
}

@Injectable()
export class ProfileRemoval {
  constructor(
    private readonly profiles: Profiles,
    private readonly tracking: Tracking,
    private readonly posts: Posts,
    private readonly handover: ProfileHandover,
  ) {}

  /** To be called inside a run that holds the organisation's and the connection's lock. Accounts and posts stay. */
  async removeFrom(connection: Connection): Promise<ProfilesTaken> {
    const { id, orgId } = connection;
    const served = await this.profiles.servedBy(id, orgId);
    const removed = await this.handover.reassign(served, connection);
    const ids = served.map((profile) => profile.id);
    const runsCanceled = await this.tracking.cancelRuns(ids, orgId);
    const postsKept = await this.posts.countOf(ids, orgId);
    await this.tracking.stop(
      removed.map((profile) => profile.id),
      orgId,
    );
    await this.profiles.remove(removed);
    const profilesPassedOn = served.length - removed.length;
    return { profilesRemoved: removed.length, profilesPassedOn, runsCanceled, postsKept };
  }
}
