/** A profile: an account while a connection serves it, with its two switches and the mark of a default. */
import { DomainError } from '../errors.js';
import type { ConnectionId, OrgId, ProfileId } from '../ids.js';
import type { PlanUsage } from '../plan/plan-limit.js';
import type { Platform } from '../platform.js';
import { hurtBy } from './status.js';
import { usabilitySentence, type ProfileProblem, type Usability } from './usability.js';

export interface SwitchChange {
  readonly track?: boolean;
  readonly publish?: boolean;
}

/** What a change of switches did, for the verb that acts on it. */
export interface Switched {
  readonly trackingStarted: boolean;
  readonly trackingStopped: boolean;
  readonly publishingStopped: boolean;
  readonly defaultCleared: boolean;
}

export class Profile {
  constructor(
    readonly id: ProfileId,
    readonly orgId: OrgId,
    readonly platform: Platform,
    private connectionId: ConnectionId,
    private track: boolean,
    private publish: boolean,
    private isDefault: boolean,
    private trackProblem: ProfileProblem | null,
    private publishProblem: ProfileProblem | null,
  ) {}

  /** A new profile is parked: connecting activates nothing. */
  static discovered(
    id: ProfileId,
    orgId: OrgId,
    platform: Platform,
    servedBy: ConnectionId,
    usable: Usability,
  ): Profile {
    return new Profile(id, orgId, platform, servedBy, false, false, false, usable.track, usable.publish);
  }

  /** At least one switch on: what the plan counts. */
  get active(): boolean {
    return this.track || this.publish;
  }

  /** The switches as they are now, for a write of many profiles at once. */
  get switches(): { readonly track: boolean; readonly publish: boolean; readonly isDefault: boolean } {
    return { track: this.track, publish: this.publish, isDefault: this.isDefault };
  }

  get servedBy(): ConnectionId {
    return this.connectionId;
  }

  get tracked(): boolean {
    return this.track;
  }

  /** Why a switch that is on cannot work; null: it can. */
  get hurt(): ProfileProblem | null {
    const { track, publish, trackProblem, publishProblem } = this;
    return hurtBy({ track, publish, trackProblem, publishProblem });
  }

  /** Publish on and usable: what may be offered for publishing. */
  get publishable(): boolean {
    return this.publish && this.publishProblem === null;
  }

  /**
   * Turns the switches. Only the step from parked to active needs room in the plan; the second switch of an active
   * profile is free, and so is parking. Nothing changes when it throws.
   * @throws ProfileNotUsable, PlanLimitReached
   */
  switch(change: SwitchChange, usage: PlanUsage): Switched {
    this.assertUsable(change);
    if (!this.active && this.activeAfter(change)) usage.admitOne(this.id);
    const { track, publish } = this.after(change);

    const switched: Switched = {
      trackingStarted: track && !this.track,
      trackingStopped: !track && this.track,
      publishingStopped: !publish && this.publish,
      defaultCleared: !publish && this.isDefault,
    };
    this.track = track;
    this.publish = publish;
    if (!publish) this.isDefault = false;
    return switched;
  }

  /** @throws ProfileNotUsable where a switch is to be turned on that cannot be used */
  assertUsable(change: SwitchChange): void {
    const { track, publish } = this.after(change);
    if (track && !this.track && this.trackProblem !== null) {
      throw new ProfileNotUsable('track', this.trackProblem, this.id);
    }
    if (publish && !this.publish && this.publishProblem !== null) {
      throw new ProfileNotUsable('publish', this.publishProblem, this.id);
    }
  }

  activeAfter(change: SwitchChange): boolean {
    const { track, publish } = this.after(change);
    return track || publish;
  }

  private after({ track = this.track, publish = this.publish }: SwitchChange): { track: boolean; publish: boolean } {
    return { track, publish };
  }

  /** @throws ProfileNotPublishing */
  makeDefault(): void {
    if (!this.publish) throw new ProfileNotPublishing();
    this.isDefault = true;
  }

  clearDefault(): void {
    this.isDefault = false;
  }

  /** The latest connection that grants the account serves it; the switches stay as they are, also where it can no longer be used. */
  serve(by: ConnectionId, usable: Usability): void {
    this.connectionId = by;
    this.trackProblem = usable.track;
    this.publishProblem = usable.publish;
  }
}

export class ProfileNotFound extends DomainError {
  /** @param id named in the error where several were asked for */
  constructor(id: ProfileId | null = null) {
    super('missing', 'There is no such profile.', id === null ? {} : { profile_id: id });
  }
}

export class ProfileNotUsable extends DomainError {
  constructor(
    readonly wanted: 'track' | 'publish',
    readonly problem: ProfileProblem,
    id: ProfileId,
  ) {
    super('conflict', `This profile cannot be switched to ${wanted}. ${usabilitySentence(problem)}`, {
      switch: wanted,
      reason: problem,
      profile_id: id,
    });
  }
}

export class ProfileNotPublishing extends DomainError {
  constructor() {
    super('conflict', 'Only a profile with Publish on can be a default.');
  }
}

export class ProfileOnOtherPlatform extends DomainError {
  constructor(platform: Platform) {
    super('invalid', `This profile is not on ${platform}.`, { platform });
  }
}
