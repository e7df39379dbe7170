/** What the verbs ask of the store of profiles. */
import type { ConnectionId, OrgId, ProfileId } from '@domain/ids.js';
import type { Platform } from '@domain/platform.js';
import type { ProfileTrouble } from '@domain/profile/status.js';
import type { Profile } from '@domain/profile/profile.js';

export interface NamedProfile {
  readonly id: ProfileId;
  readonly name: string;
  readonly platform: Platform;
}

/** What the provider refuses of single profiles. */
export abstract class ProfileTroubles {
  /** Keeps the reason, and puts the profile's next run off, further each time. @returns whether the reason is new */
  abstract refused(id: ProfileId, orgId: OrgId, reason: ProfileTrouble): Promise<boolean>;
  abstract recovered(id: ProfileId, orgId: OrgId): Promise<void>;
  abstract names(ids: readonly ProfileId[], orgId: OrgId): Promise<readonly NamedProfile[]>;
}

export abstract class Profiles {
  /** Throws `ProfileNotFound`, also for another organisation's. */
  abstract get(id: ProfileId, orgId: OrgId): Promise<Profile>;
  abstract find(ids: readonly ProfileId[], orgId: OrgId): Promise<readonly Profile[]>;
  abstract servedBy(connectionId: ConnectionId, orgId: OrgId): Promise<readonly Profile[]>;
  /** Ids of everything with Track on. */
  abstract tracked(orgId: OrgId): Promise<readonly ProfileId[]>;
  abstract add(profiles: readonly Profile[]): Promise<void>;
  abstract remove(profiles: readonly Profile[]): Promise<void>;
  /**
   * For switching many: those there are, locked in the order of their ids, so that two runs do not wait for each other.
   * They stand apart from what a run writes by itself: only `writeSwitches` writes them.
   */
  abstract lockMany(ids: readonly ProfileId[], orgId: OrgId): Promise<readonly Profile[]>;
  /** The default of a platform, locked, and written by `writeSwitches` as well; null: there is none. */
  abstract lockDefault(platform: Platform, orgId: OrgId): Promise<Profile | null>;
  /** Writes the switches and the mark of the default as they now stand, in one statement. */
  abstract writeSwitches(profiles: readonly Profile[]): Promise<void>;
}

/** What follows from switching Track on and off. @see PostgresTracking */
export abstract class Tracking {
  /** Due from now on, and every hour after; the first time at once. */
  abstract start(profileIds: readonly ProfileId[], orgId: OrgId): Promise<void>;
  /** Nothing is due any more, and the runs in progress end as canceled. */
  abstract stop(profileIds: readonly ProfileId[], orgId: OrgId): Promise<void>;
  /**
   * Ends the runs in progress; what is due stays due, for whichever connection serves the profile by then.
   * @returns how many those were
   */
  abstract cancelRuns(profileIds: readonly ProfileId[], orgId: OrgId): Promise<number>;
}
