/** A plan limits active profiles; a downgrade switches nothing off. */
import { describe, expect, it } from '@jest/globals';
import { PlanLimitReached, PlanUsage } from '@domain/plan/plan-limit.js';
import { codeOf, profileId } from '../support.js';

describe('Plan usage', () => {
  it.each([
    [0, 3, false, true],
    [2, 3, false, true],
    [3, 3, false, false],
    [4, 3, true, false],
    [0, 0, false, false],
    [1, 0, true, false],
    [0, null, false, true],
    [1_000_000, null, false, true],
  ])('with %s active of %s: over the limit %s, room for one more %s', (active, limit, over, room) => {
    const usage = new PlanUsage('starter', limit, active);

    expect(usage.overLimit).toBe(over);
    expect(codeOf(() => usage.admitOne())).toBe(room ? null : 'plan_limit_reached');
  });

  it('LM-01 admits up to the limit, one by one', () => {
    let usage = new PlanUsage('starter', 3, 0);
    for (const active of [1, 2, 3]) {
      usage = usage.admitOne();
      expect(usage.active).toBe(active);
    }
    expect(codeOf(() => usage.admitOne())).toBe('plan_limit_reached');
  });

  it('has room again for as many as were parked, and for no more', () => {
    const usage = new PlanUsage('starter', 3, 4).releaseOne();
    expect([usage.plan, usage.limit, usage.active]).toEqual(['starter', 3, 3]);
    expect(codeOf(() => usage.admitOne())).toBe('plan_limit_reached');
    expect(usage.releaseOne().admitOne().active).toBe(3);
  });
});

it('A caller who meets the limit gets the plan, the limit and the number in use, and which of several did not fit', () => {
  const met = new PlanLimitReached('starter', 3, 4);
  expect([met.kind, met.message]).toEqual([
    'limit',
    'The plan allows 3 active profiles and 4 are active. Park one, or upgrade the plan.',
  ]);
  expect(met.details).toStrictEqual({ plan: 'starter', limit: 3, active: 4 });
  expect(new PlanLimitReached('starter', 3, 4, profileId(7)).details).toStrictEqual({
    plan: 'starter',
    limit: 3,
    active: 4,
    profile_id: profileId(7),
  });
});
