/**
 * Switches many profiles at once: all or nothing, and parking makes room for what is switched on in the same change.
 */
import { DomainError } from '../errors.js';
import type { ProfileId } from '../ids.js';
import type { PlanUsage } from '../plan/plan-limit.js';
import type { Profile, SwitchChange, Switched } from './profile.js';

export interface WantedSwitch {
  readonly profile: Profile;
  readonly change: SwitchChange;
}

export interface SwitchedProfile {
  readonly profile: Profile;
  readonly switched: Switched;
}

/**
 * Parking comes first, so that a swap works at the limit; both halves are returned apart, because they have to be
 * written in that order. Nothing changes when it throws.
 * @throws ProfileNotUsable, PlanLimitReached, each naming its profile
 */
export function switchAll(
  wanted: readonly WantedSwitch[],
  usage: PlanUsage,
): { readonly parked: readonly SwitchedProfile[]; readonly others: readonly SwitchedProfile[] } {
  const parking = wanted.filter(({ profile, change }) => profile.active && !profile.activeAfter(change));
  const others = wanted.filter((one) => !parking.includes(one));
  for (const { profile, change } of others) profile.assertUsable(change);
  const freed = parking.reduce((left) => left.releaseOne(), usage);
  others
    .filter(({ profile, change }) => !profile.active && profile.activeAfter(change))
    .reduce((left, { profile }) => left.admitOne(profile.id), freed);

  // Counted together, so that each of them is admitted.
  const turn = ({ profile, change }: WantedSwitch): SwitchedProfile => ({
    profile,
    switched: profile.switch(change, freed),
  });
  return { parked: parking.map(turn), others: others.map(turn) };
}

/**
 * With two changes of one profile it would be arbitrary which of them counts.
 * @throws ProfileNamedTwice
 */
export function assertNamedOnce(ids: readonly ProfileId[]): void {
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new ProfileNamedTwice(twice);
}

export class ProfileNamedTwice extends DomainError {
  constructor(id: ProfileId) {
    super('invalid', 'A profile is named twice. Give one change for each.', { profile_id: id });
  }
}
