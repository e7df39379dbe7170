/** Many switched at once: all or nothing, parking first, and never more active than the plan allows. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { PlanUsage } from '@domain/plan/plan-limit.js';
import { Profile, type SwitchChange } from '@domain/profile/profile.js';
import { assertNamedOnce, switchAll, type WantedSwitch } from '@domain/profile/switch-all.js';
import type { ProfileProblem } from '@domain/profile/usability.js';
import { codeOf, CONNECTION, ORG, profileId } from '../support.js';

interface Given {
  readonly track: boolean;
  readonly publish: boolean;
  readonly trackProblem: ProfileProblem | null;
  readonly publishProblem: ProfileProblem | null;
  readonly change: SwitchChange;
}

const profileOf = ({ track, publish, trackProblem, publishProblem }: Given, n: number): Profile =>
  new Profile(profileId(n), ORG, 'facebook', CONNECTION, track, publish, publish, trackProblem, publishProblem);

const OFF = { track: false, publish: false, trackProblem: null, publishProblem: null };
const parked = (change: SwitchChange): Given => ({ ...OFF, change });
const active = (change: SwitchChange): Given => ({ ...OFF, track: true, change });

const wantedOf = (given: readonly Given[]): WantedSwitch[] =>
  given.map((one, n) => ({ profile: profileOf(one, n), change: one.change }));
const activeOf = (wanted: readonly WantedSwitch[]): number => wanted.filter(({ profile }) => profile.active).length;
const switchesOf = (wanted: readonly WantedSwitch[]): unknown => wanted.map(({ profile }) => profile.switches);

const change = fc.record(
  { track: fc.boolean(), publish: fc.boolean() },
  { requiredKeys: [] },
) as fc.Arbitrary<SwitchChange>;
const problem = fc.constantFrom<ProfileProblem | null>(null, null, null, 'missing_scope');
const given = fc.record({
  track: fc.boolean(),
  publish: fc.boolean(),
  trackProblem: problem,
  publishProblem: problem,
  change,
});
const room = fc.record({ limit: fc.option(fc.nat(8)), elsewhere: fc.nat(4) });

describe('LM-02 Switching many', () => {
  it('at the limit: one is parked, another takes its place, in whichever order they are named', () => {
    for (const swap of [
      [parked({ track: true }), active({ track: false })],
      [active({ track: false }), parked({ publish: true })],
    ]) {
      const wanted = wantedOf(swap);
      const turned = switchAll(wanted, new PlanUsage('starter', 1, 1));
      expect([turned.parked.length, turned.others.length, activeOf(wanted)]).toEqual([1, 1, 1]);
    }
  });

  it('beyond the limit is refused with the profile that no longer fits, and turns nothing', () => {
    const wanted = wantedOf([active({ track: false }), parked({ track: true }), parked({ publish: true })]);
    const before = switchesOf(wanted);
    let refusal: unknown;
    try {
      switchAll(wanted, new PlanUsage('starter', 1, 1));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'plan_limit_reached', details: { limit: 1, profile_id: profileId(2) } });
    expect(switchesOf(wanted)).toEqual(before);
  });

  it('of an organisation over its limit: parking goes, and no swap until enough is parked', () => {
    const over = new PlanUsage('starter', 1, 3);
    expect(codeOf(() => switchAll(wantedOf([active({ track: false }), active({ track: false })]), over))).toBeNull();
    expect(codeOf(() => switchAll(wantedOf([active({ track: false }), parked({ track: true })]), over))).toBe(
      'plan_limit_reached',
    );
    const enough = [
      active({ track: false }),
      active({ track: false }),
      active({ track: false }),
      parked({ track: true }),
    ];
    expect(codeOf(() => switchAll(wantedOf(enough), over))).toBeNull();
  });

  it('whatever is asked: all of it or nothing, never more active than allowed, never what cannot be used', () => {
    fc.assert(
      fc.property(fc.array(given, { maxLength: 8 }), room, (several, { limit, elsewhere }) => {
        const wanted = wantedOf(several);
        const before = switchesOf(wanted);
        const activeBefore = activeOf(wanted);
        const refused = codeOf(() => switchAll(wanted, new PlanUsage('starter', limit, activeBefore + elsewhere)));
        if (refused !== null) return expect(switchesOf(wanted)).toEqual(before);
        const now = activeOf(wanted) + elsewhere;
        const started = several.filter((one, n) => !(one.track || one.publish) && wanted[n]!.profile.active).length;
        if (limit !== null && started > 0) expect(now).toBeLessThanOrEqual(limit);
        several.forEach((one, n) => {
          const { track, publish, isDefault } = wanted[n]!.profile.switches;
          expect([track, publish]).toEqual([one.change.track ?? one.track, one.change.publish ?? one.publish]);
          if (isDefault) expect(publish).toBe(true);
          if (track && !one.track) expect(one.trackProblem).toBeNull();
          if (publish && !one.publish) expect(one.publishProblem).toBeNull();
        });
      }),
    );
  });

  it('refuses nothing that would work one by one, parking first', () => {
    fc.assert(
      fc.property(fc.array(given, { maxLength: 8 }), room, (several, { limit, elsewhere }) => {
        const wanted = wantedOf(several);
        const activeBefore = activeOf(wanted);
        const together = codeOf(() => switchAll(wanted, new PlanUsage('starter', limit, activeBefore + elsewhere)));
        const singles = wantedOf(several).toSorted(
          (a, b) => Number(a.profile.activeAfter(a.change)) - Number(b.profile.activeAfter(b.change)),
        );
        const alone = singles.map(({ profile, change: wish }) => {
          const others = activeOf(singles) + elsewhere;
          return codeOf(() => profile.switch(wish, new PlanUsage('starter', limit, others)));
        });
        expect(together === null).toBe(alone.every((code) => code === null));
      }),
    );
  });
});

it('A profile that is named twice is refused by name', () => {
  const [one, two] = [profileId(1), profileId(2)];
  expect(codeOf(() => assertNamedOnce([one, two]))).toBeNull();
  expect(() => assertNamedOnce([one, two, one])).toThrow(
    expect.objectContaining({ code: 'profile_named_twice', details: { profile_id: one } }),
  );
});
