import { describe, expect, it } from '@jest/globals';
import { waitSeconds } from '@domain/backoff.js';

describe('The wait between tries', () => {
  it.each([
    [1, 60],
    [2, 120],
    [3, 240],
    [6, 1_920],
    [7, 3_600],
    [1_000, 3_600],
  ])('after %i failed tries is %i seconds: doubled each time, up to the limit', (tries, seconds) => {
    expect(waitSeconds({ firstSeconds: 60, mostSeconds: 3_600 }, tries)).toBe(seconds);
  });

  it('stays a number however often it has failed, also without a limit', () => {
    expect(waitSeconds({ firstSeconds: 1, mostSeconds: Infinity }, 5_000)).toBe(2 ** 30);
  });
});
