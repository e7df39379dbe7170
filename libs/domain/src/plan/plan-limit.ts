/** Plans limit active profiles: those with Track or Publish on, healthy or not. */
import { DomainError } from '../errors.js';
import type { ProfileId } from '../ids.js';

/** How much of its plan an organisation uses, counted under the organisation's lock. */
export class PlanUsage {
  constructor(
    readonly plan: string,
    /** null: unlimited. */
    readonly limit: number | null,
    readonly active: number,
  ) {}

  /** A downgrade switches nothing off: it leaves the organisation over its limit. */
  get overLimit(): boolean {
    return this.limit !== null && this.active > this.limit;
  }

  /**
   * Counts one more active profile.
   * @param profileId named in the error where several were asked for
   * @throws PlanLimitReached
   */
  admitOne(profileId: ProfileId | null = null): PlanUsage {
    if (this.limit !== null && this.active >= this.limit)
      throw new PlanLimitReached(this.plan, this.limit, this.active, profileId);
    return new PlanUsage(this.plan, this.limit, this.active + 1);
  }

  /** One profile was parked. */
  releaseOne(): PlanUsage {
    return new PlanUsage(this.plan, this.limit, this.active - 1);
  }
}

export class PlanLimitReached extends DomainError {
  constructor(plan: string, limit: number, active: number, profileId: ProfileId | null = null) {
    super(
      'limit',
      `The plan allows ${limit} active profiles and ${active} are active. Park one, or upgrade the plan.`,
      {
        plan,
        limit,
        active,
        ...(profileId !== null && { profile_id: profileId }),
      },
    );
  }
}
