/** How much of the plan is used. */

export class PlatformUsageView {
  active!: number;
  parked!: number;
}

export class UsageByPlatformView {
  facebook!: PlatformUsageView;
  instagram!: PlatformUsageView;
  x!: PlatformUsageView;
}

export class UsageView {
  plan!: string;
  /** Profiles with Track or Publish on. */
  active!: number;
  /** null: unlimited. */
  limit!: number | null;
  parked!: number;
  /** More are active than the plan now allows: nothing is switched off, nothing more can be activated. */
  over_limit!: boolean;
  by_platform!: UsageByPlatformView;
}
