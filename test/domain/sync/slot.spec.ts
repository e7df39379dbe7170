/** A tracked profile is due once in each UTC hour, at a minute of its own. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { HOUR_MS, nextDue, offsetMs, slotOf } from '@domain/sync/slot.js';
import { HOUR, MINUTE, NOON, profileId, after } from '../support.js';

const aMoment = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
const aProfile = fc.uuid();

describe('The offset of a profile', () => {
  it('is the same in every process and every version: runs already planned depend on it', () => {
    expect(offsetMs(profileId(1))).toBe(1_763_795);
  });

  it('lies within the hour', () => {
    fc.assert(
      fc.property(aProfile, (id) => {
        expect(offsetMs(id)).toBeGreaterThanOrEqual(0);
        expect(offsetMs(id)).toBeLessThan(HOUR_MS);
      }),
    );
  });

  it('SY-01 spreads the load: of 6,000 profiles born one after the other each minute gets its share', () => {
    const minutes = Array.from({ length: 60 }, () => 0);
    for (let n = 0; n < 6_000; n++) minutes[Math.floor(offsetMs(profileId(n)) / MINUTE)]! += 1;

    expect(Math.min(...minutes)).toBeGreaterThan(40);
    expect(Math.max(...minutes)).toBeLessThan(200);
  });
});

describe('The slot of a run', () => {
  it.each([
    ['2026-11-20T12:00:00.000Z', '2026-11-20T12:00:00.000Z'],
    ['2026-11-20T12:59:59.999Z', '2026-11-20T12:00:00.000Z'],
    // The clocks of Berlin go back in this hour; UTC knows nothing of it.
    ['2026-10-25T01:30:00.000Z', '2026-10-25T01:00:00.000Z'],
    ['2028-02-29T23:59:59.000Z', '2028-02-29T23:00:00.000Z'],
    ['1969-12-31T23:30:00.000Z', '1969-12-31T23:00:00.000Z'],
  ])('SY-17 of %s is the UTC hour %s', (moment, slot) => {
    expect(slotOf(new Date(moment)).toISOString()).toBe(slot);
  });
});

describe('The next time a profile is due', () => {
  it('is later than now, within an hour, and always at the same place of the hour', () => {
    fc.assert(
      fc.property(aProfile, aMoment, (id, now) => {
        const due = nextDue(id, now).getTime();

        expect(due).toBeGreaterThan(now.getTime());
        expect(due - now.getTime()).toBeLessThanOrEqual(HOUR);
        expect(due % HOUR).toBe(offsetMs(id));
      }),
    );
  });

  it('SY-01 falls into each hour exactly once, whenever it is asked for', () => {
    fc.assert(
      fc.property(
        aProfile,
        aMoment,
        fc.array(fc.integer({ min: 0, max: HOUR }), { maxLength: 20 }),
        (id, from, late) => {
          const slots: number[] = [];
          let now = from;
          for (const lateness of late) {
            const due = nextDue(id, now);
            slots.push(slotOf(due).getTime());
            // The dispatcher comes by when it comes by, but before the next one is due.
            now = after(due, Math.min(lateness, HOUR - 1));
          }
          expect(slots).toEqual(slots.map((_, i) => slots[0]! + i * HOUR));
        },
      ),
    );
  });

  it('SY-07 after six hours of downtime is one time, not six', () => {
    const due = nextDue(profileId(1), NOON);
    const back = after(due, 6 * HOUR);

    expect(nextDue(profileId(1), back)).toEqual(after(due, 7 * HOUR));
  });
});
