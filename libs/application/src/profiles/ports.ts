/** Ports of profiles, their troubles, and their tracking. */
import type { ConnectionId, OrgId, ProfileId } from '@domain/ids.js';
import type { Platform } from '@domain/platform.js';
import type { ProfileTrouble } from '@domain/profile/status.js';
import type { Profile } from '@domain/profile/profile.js';

export interface NamedProfile {
  readonly id: ProfileId;
  readonly name: string;
  readonly platform: Platform;
}

/**
 * Refusals of the provider that concern a single profile.
 * @see PostgresProfileTroubles
 */
export abstract class ProfileTroubles {
  /**
   * Stores the reason, and postpones the profile's next run, further each time.
   * @returns whether the reason is new
   */
  abstract refused(id: ProfileId, orgId: OrgId, reason: ProfileTrouble): Promise<boolean>;
  abstract recovered(id: ProfileId, orgId: OrgId): Promise<void>;
  abstract names(ids: readonly ProfileId[], orgId: OrgId): Promise<readonly NamedProfile[]>;
}

/** @see PostgresProfiles */
export abstract class Profiles {
  /** @throws ProfileNotFound, also for another organisation's */
  abstract get(id: ProfileId, orgId: OrgId): Promise<Profile>;
  abstract find(ids: readonly ProfileId[], orgId: OrgId): Promise<readonly Profile[]>;
  abstract servedBy(connectionId: ConnectionId, orgId: OrgId): Promise<readonly Profile[]>;
  /** Ids of everything with Track on. */
  abstract tracked(orgId: OrgId): Promise<readonly ProfileId[]>;
  abstract add(profiles: readonly Profile[]): Promise<void>;
  abstract remove(profiles: readonly Profile[]): Promise<void>;
  /**
   * For switching many: those that exist, locked in the order of their ids, so that two runs do not wait for each
   * other. The run does not store changes of these by itself: only `writeSwitches` does. All callers hold
   * `Organisations.lockUsage` as well, which alone keeps two switches apart today.
   */
  abstract lockMany(ids: readonly ProfileId[], orgId: OrgId): Promise<readonly Profile[]>;
  /** The default of a platform, locked, and written by `writeSwitches` as well; null: there is none. */
  abstract lockDefault(platform: Platform, orgId: OrgId): Promise<Profile | null>;
  /** Writes the present switches and mark of the default, in one statement. */
  abstract writeSwitches(profiles: readonly Profile[]): Promise<void>;
}

/**
 * Starts and stops the hourly syncs of profiles.
 * @see PostgresTracking
 */
export abstract class Tracking {
  /** Makes them due now, and every hour after. */
  abstract start(profileIds: readonly ProfileId[], orgId: OrgId): Promise<void>;
  /** Ends their schedule, and cancels the runs in progress. */
  abstract stop(profileIds: readonly ProfileId[], orgId: OrgId): Promise<void>;
  /**
   * Cancels the runs in progress; the schedule stays, for the connection that serves the profile by then.
   * @returns how many those were
   */
  abstract cancelRuns(profileIds: readonly ProfileId[], orgId: OrgId): Promise<number>;
}
