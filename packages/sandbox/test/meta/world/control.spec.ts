/** Meta's part of the control API: what it refuses, and that events add up. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bench, type Json } from '../support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

describe('control', () => {
  it.each(['person=1&person=2', 'colour=blue'])('refuses callbacks asked for with %s', async (query) => {
    await expect(bench.control('GET', `/meta/callbacks?${query}`)).rejects.toThrow(': 400 {"error"');
    expect(await bench.control('GET', '/meta/callbacks?person=1')).toEqual({ data: [] });
  });

  it.each([
    ['post_deleted', {}],
    ['counts_changed', { factor: 2 }],
    ['media_flagged', { flag: 'copyright' }],
    ['media_predates_business', {}],
  ])('%s of what does not exist is 404', async (event, body) => {
    for (const id of ['102000000000001_1', '17841400000999999', 'nonsense']) {
      await expect(bench.event(event, { id, ...body })).rejects.toThrow(': 404 ');
    }
  });

  it('halves the counts again each time', async () => {
    const held = await bench.connected({ followers: 100_000 });
    const followers = async (): Promise<number> =>
      (await bench.get(`/${held.page}`, held.pageToken, { fields: 'followers_count' })).body.followers_count;
    const before = await followers();
    const factors: Json[] = [];
    for (let turn = 0; turn < 3; turn += 1)
      factors.push((await bench.event('counts_changed', { id: held.page })).factor);
    expect(factors).toEqual([0.5, 0.25, 0.125]);
    expect(Math.abs((await followers()) - before / 8)).toBeLessThan(5);
  });
});
