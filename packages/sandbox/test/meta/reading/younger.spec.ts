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

describe('Graph', () => {
  it("ends an Instagram account's days at Pacific midnight: 08:00Z, and 07:00Z in summer", async () => {
    const { body } = await bench.get(`/${held.gram}/insights`, held.pageToken, { metric: 'reach', period: 'day' });
    for (const { end_time } of body.data[0].values as Json[]) expect(end_time).toMatch(/T0[78]:00:00\+0000$/);
    expect(body.data[0].values.length).toBeGreaterThan(0);
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
