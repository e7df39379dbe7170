/** What the Meta stand-in plays of the newer corrections: series that end at Pacific midnight, kinds of reactions, presets. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bench, type Held, type Json } from '../support.js';

let bench: Bench;
let held: Held;
beforeAll(async () => {
  bench = await Bench.open();
  held = await bench.connected();
});
afterAll(() => bench.close());

const YEAR = new Date().getUTCFullYear() + 1;

/** The date of the month's first or second Sunday next year, or of some days after it. */
function sunday(month: string, which: number, after = 0): string {
  const first = new Date(`${YEAR}-${month}-01T00:00:00Z`);
  const toSunday = (7 - first.getUTCDay()) % 7;
  first.setUTCDate(1 + toSunday + 7 * (which - 1) + after);
  return first.toISOString().slice(0, 10);
}

describe('Graph', () => {
  // Of next year, since days of the past are kept for ninety days only.
  it.each([
    ['in winter', `${YEAR}-01-14`, ['-01-13T08', '-01-14T08']],
    ['in summer', `${YEAR}-07-14`, ['-07-13T07', '-07-14T07']],
    [
      'when summer time begins',
      sunday('03', 2, 1),
      [`${sunday('03', 2).slice(4)}T08`, `${sunday('03', 2, 1).slice(4)}T07`],
    ],
    [
      'when summer time ends',
      sunday('11', 1, 1),
      [`${sunday('11', 1).slice(4)}T07`, `${sunday('11', 1, 1).slice(4)}T08`],
    ],
  ])("ends an Instagram account's days at Pacific midnight %s", async (_, last, ends) => {
    const until = Date.parse(`${last}T12:00:00Z`) / 1000;
    const window = { since: String(until - 2 * 86_400), until: String(until) };
    const { body } = await bench.get(`/${held.gram}/insights`, held.pageToken, {
      metric: 'reach',
      period: 'day',
      ...window,
    });
    expect(body.data[0].values.map(({ end_time }: Json) => end_time)).toEqual(
      ends.map((end) => `${YEAR}${end}:00:00+0000`),
    );
  });

  it('tells an Instagram id of old as a number', async () => {
    const { body } = await bench.get(`/${held.gram}`, held.pageToken, { fields: 'ig_id' });
    expect(body.ig_id).toEqual(expect.any(Number));
  });

  it('takes a preset for a window of days, and refuses one that it does not know', async () => {
    const days = async (preset: string) =>
      bench.get(`/${held.page}/insights`, held.pageToken, {
        metric: 'page_media_view',
        period: 'day',
        date_preset: preset,
      });
    expect((await days('last_7d')).body.data[0].values).toHaveLength(7);
    expect((await days('last_century')).status).toBe(400);
  });
});
