/** How a sync run ends, and what its reads cost. */
import { describe, expect, it } from '@jest/globals';
import { costUsd } from '@domain/sync/cost.js';
import { ACTIVE_SYNC_STATES, finalState, SYNC_STATES } from '@domain/sync/sync-run.js';

describe('A sync run', () => {
  it('that read everything has succeeded', () => {
    expect(finalState([])).toBe('succeeded');
  });

  it('SY-10 that has posts but not all metrics is partial', () => {
    expect(finalState(['metrics_refused'])).toBe('partial');
  });

  it('SY-02 is under way while queued, running or waiting; every other state is an end', () => {
    const ends = SYNC_STATES.filter((state) => !(ACTIVE_SYNC_STATES as readonly string[]).includes(state));

    expect(ACTIVE_SYNC_STATES).toEqual(['queued', 'running', 'waiting']);
    expect(ends).toEqual(['succeeded', 'partial', 'failed', 'canceled']);
  });
});

describe('The cost of a run', () => {
  it.each([
    ['x', 0, 0],
    ['x', 1, 0.005],
    ['x', 100, 0.5],
    ['x', 3_200, 16],
    ['facebook', 3_200, 0],
    ['instagram', 3_200, 0],
  ] as const)('on %s for %s posts is %s US dollars', (platform, posts, dollars) => {
    expect(costUsd(platform, posts)).toBeCloseTo(dollars, 10);
  });
});
