/** The switches of a profile, its place as a default, and the plan's limit over every sequence of steps. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { PlanUsage } from '@domain/plan/plan-limit.js';
import { Profile, ProfileNotFound, type SwitchChange } from '@domain/profile/profile.js';
import { PROFILE_PROBLEMS, type Usability } from '@domain/profile/usability.js';
import { codeOf, CONNECTION, ORG, OTHER_CONNECTION, profileId } from '../support.js';

const USABLE: Usability = { track: null, publish: null };
const ROOM = new PlanUsage('starter', 3, 0);
const FULL = new PlanUsage('starter', 3, 3);

const parked = (usable = USABLE, n = 1): Profile =>
  Profile.discovered(profileId(n), ORG, 'facebook', CONNECTION, usable);
function switched(change: SwitchChange): Profile {
  const profile = parked();
  profile.switch(change, ROOM);
  return profile;
}
const inside = (profile: Profile) =>
  Object.fromEntries(Object.entries(profile)) as { track: boolean; publish: boolean; isDefault: boolean };

describe('A discovered profile', () => {
  it('is parked: connecting activates nothing', () => {
    expect(inside(parked())).toMatchObject({ track: false, publish: false, isDefault: false });
    expect(parked().active).toBe(false);
  });
});

describe('What a profile tells of itself', () => {
  const lost: Usability = { track: 'not_granted', publish: 'missing_scope' };
  /** Switched on while it worked, and then found unusable. */
  const hurtOn = (change: SwitchChange): Profile => {
    const profile = switched(change);
    profile.serve(CONNECTION, lost);
    return profile;
  };

  it.each<[SwitchChange, boolean, boolean, string | null]>([
    [{}, false, false, null],
    [{ track: true }, true, false, 'not_granted'],
    [{ publish: true }, false, true, 'missing_scope'],
    [{ track: true, publish: true }, true, true, 'not_granted'],
  ])('with %j: tracked %s, publishable %s, and what would hurt it: %s', (on, tracked, publishable, hurt) => {
    const well = switched(on);
    expect([well.tracked, well.publishable, well.hurt]).toEqual([tracked, publishable, null]);
    expect([hurtOn(on).tracked, hurtOn(on).publishable, hurtOn(on).hurt]).toEqual([tracked, false, hurt]);
  });

  it('is missing without more, where one was asked for by its id', () => {
    expect(new ProfileNotFound().details).toStrictEqual({});
  });
});

describe('Switching', () => {
  it.each<[SwitchChange, SwitchChange, Partial<ReturnType<Profile['switch']>>]>([
    [{}, { track: true }, { trackingStarted: true }],
    [{ track: true }, { track: true }, {}],
    [{ track: true }, { track: false }, { trackingStopped: true }],
    [{ track: true, publish: true }, { publish: false }, { publishingStopped: true }],
    [
      { track: true, publish: true },
      { track: false, publish: false },
      { trackingStopped: true, publishingStopped: true },
    ],
    [{}, {}, {}],
    [{}, { track: false, publish: false }, {}],
  ])('from %j by %j tells what has to follow: %j', (given, change, follows) => {
    const nothing = { trackingStarted: false, trackingStopped: false, publishingStopped: false, defaultCleared: false };

    expect(switched(given).switch(change, ROOM)).toEqual({ ...nothing, ...follows });
  });

  it('leaves alone the switch that is not named', () => {
    const profile = switched({ track: true, publish: true });

    profile.switch({ track: false }, ROOM);

    expect(inside(profile)).toMatchObject({ track: false, publish: true });
  });

  it.each(['track', 'publish'] as const)('LM-01 %s on for a parked profile is refused at the limit', (which) => {
    const profile = parked();

    expect(codeOf(() => profile.switch({ [which]: true }, FULL))).toBe('plan_limit_reached');
    expect(profile.active).toBe(false);
  });

  it('LM-01 on for the second switch of an active profile is free at the limit, and over it', () => {
    expect(codeOf(() => switched({ track: true }).switch({ publish: true }, FULL))).toBeNull();
    expect(
      codeOf(() => switched({ publish: true }).switch({ track: true }, new PlanUsage('starter', 1, 9))),
    ).toBeNull();
  });

  it('LM-01 from one switch to the other in one step stays active, and needs no room', () => {
    const profile = switched({ track: true });

    expect(codeOf(() => profile.switch({ track: false, publish: true }, FULL))).toBeNull();
    expect(inside(profile)).toMatchObject({ track: false, publish: true });
  });

  it('LM-03 on twice counts once: the second time needs no room', () => {
    expect(codeOf(() => switched({ track: true }).switch({ track: true }, FULL))).toBeNull();
  });

  describe.each(['track', 'publish'] as const)('%s', (which) => {
    it.each(PROFILE_PROBLEMS)('on is refused where the profile is not usable: %s', (problem) => {
      const profile = parked({ ...USABLE, [which]: problem });
      const step = () => profile.switch({ track: true, publish: true }, ROOM);

      expect(step).toThrow(
        expect.objectContaining({
          code: 'profile_not_usable',
          details: { switch: which, reason: problem, profile_id: profile.id },
        }),
      );
      expect(profile.active).toBe(false);
    });

    it('stays on where the profile can no longer be used, and may be named again', () => {
      const profile = switched({ [which]: true });
      profile.serve(CONNECTION, { track: 'not_granted', publish: 'not_granted' });

      expect(codeOf(() => profile.switch({ [which]: true }, FULL))).toBeNull();
      expect(inside(profile)[which]).toBe(true);
    });

    it('off is never refused', () => {
      const profile = switched({ [which]: true });
      profile.serve(CONNECTION, { track: 'role_lacks_task', publish: 'role_lacks_task' });

      expect(codeOf(() => profile.switch({ [which]: false }, FULL))).toBeNull();
      expect(profile.active).toBe(false);
    });
  });
});

describe('A default', () => {
  it('needs Publish on', () => {
    expect(codeOf(() => switched({ track: true }).makeDefault())).toBe('profile_not_publishing');
  });

  it('is cleared with Publish, and the answer says so', () => {
    const profile = switched({ track: true, publish: true });
    profile.makeDefault();

    expect(profile.switch({ publish: false }, ROOM)).toMatchObject({ publishingStopped: true, defaultCleared: true });
    profile.switch({ publish: true }, ROOM);
    expect(inside(profile).isDefault).toBe(false);
  });

  it('survives the loss of Track, and of the right to publish', () => {
    const profile = switched({ track: true, publish: true });
    profile.makeDefault();

    profile.switch({ track: false }, ROOM);
    profile.serve(CONNECTION, { track: null, publish: 'missing_scope' });

    expect(inside(profile).isDefault).toBe(true);
    expect(profile.publishable).toBe(false);
  });

  it('can be taken back', () => {
    const profile = switched({ publish: true });
    profile.makeDefault();

    profile.clearDefault();

    expect(inside(profile)).toMatchObject({ publish: true, isDefault: false });
  });
});

it('A profile passed on to another connection keeps its id, its switches and its place', () => {
  const profile = switched({ track: true, publish: true });
  profile.makeDefault();

  profile.serve(OTHER_CONNECTION, USABLE);

  expect(profile.id).toBe(profileId(1));
  expect(profile.servedBy).toBe(OTHER_CONNECTION);
  expect(inside(profile)).toMatchObject({ track: true, publish: true, isDefault: true });
});

describe('Over every sequence of switches, downgrades and upgrades', () => {
  const maybe = fc.option(fc.boolean(), { nil: undefined });
  const aStep = fc.oneof(
    fc.record({ is: fc.constant('switch' as const), which: fc.nat(7), track: maybe, publish: maybe }),
    fc.record({ is: fc.constant('plan' as const), limit: fc.option(fc.nat(5), { nil: null }) }),
  );

  it('LM-02 no step raises the number of active profiles above the limit, and a refusal changes nothing', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
        const profiles = Array.from({ length: 8 }, (_, n) => parked(USABLE, n));
        const active = (): number => profiles.filter((profile) => profile.active).length;
        let limit: number | null = 3;
        for (const step of steps) {
          if (step.is === 'plan') {
            limit = step.limit;
            continue;
          }
          const profile = profiles[step.which]!;
          const [before, was] = [active(), inside(profile)];
          const change = {
            ...(step.track !== undefined && { track: step.track }),
            ...(step.publish !== undefined && { publish: step.publish }),
          };
          const refused = codeOf(() => profile.switch(change, new PlanUsage('any', limit, before)));
          if (active() > before) expect(active()).toBeLessThanOrEqual(limit ?? Infinity);
          if (refused !== null) expect(inside(profile)).toEqual(was);
          // Only a parked profile at the limit is ever turned away.
          if (refused !== null)
            expect([was.track || was.publish, before >= (limit ?? Infinity)]).toEqual([false, true]);
        }
      }),
    );
  });
});
