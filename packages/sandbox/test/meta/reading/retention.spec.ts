/** How long insights are kept at the Meta stand-in, and the windows they take. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bench, type Held, type Json } from '../support.js';

let bench: Bench;
let held: Held;
beforeAll(async () => {
  bench = await Bench.open();
  held = await bench.connected();
});
afterAll(() => bench.close());

const DAY = 86_400;
const daysAgo = (days: number): string => String(Math.floor(Date.now() / 1000) - days * DAY);
const read = async (id: string, since: number, until: number, extra: Record<string, string>): Promise<Json[]> =>
  (await bench.get(`/${id}/insights`, held.pageToken, { since: daysAgo(since), until: daysAgo(until), ...extra })).body
    .data;

describe('insights', () => {
  it('of a Page are kept for two years', async () => {
    const metric = { metric: 'page_media_view' };
    expect(await read(held.page, 760, 740, metric)).toEqual([]);
    expect((await read(held.page, 735, 725, metric))[0].values.length).toBeLessThan(7);
    expect((await read(held.page, 720, 710, metric))[0].values.length).toBe(10);
  });

  it('of an Instagram account are kept for ninety days', async () => {
    const total = { metric: 'views', metric_type: 'total_value' };
    expect(await read(held.gram, 110, 95, total)).toEqual([]);
    expect(await read(held.gram, 80, 70, total)).toHaveLength(1);
    const unsaid = { metric: 'views', since: daysAgo(110), until: daysAgo(95) };
    expect((await bench.get(`/${held.gram}/insights`, held.pageToken, unsaid)).body.error.code).toBe(100);
    const series = await read(held.gram, 95, 85, { metric: 'reach' });
    expect(series[0].values).toHaveLength(5);
    const lasting = {
      metric: 'follower_demographics',
      metric_type: 'total_value',
      period: 'lifetime',
      timeframe: 'this_month',
    };
    expect(await read(held.gram, 110, 95, lasting)).toHaveLength(1);
  });

  it('of a story end with it', async () => {
    const own = await bench.connected();
    const story = { media_type: 'STORIES', image_url: 'https://media.example/1.jpg' };
    const container = (await bench.post(`/${own.gram}/media`, own.pageToken, story)).body.id;
    const { id } = (await bench.post(`/${own.gram}/media_publish`, own.pageToken, { creation_id: container })).body;
    const reach = async (): Promise<Json[]> =>
      (await bench.get(`/${id}/insights`, own.pageToken, { metric: 'reach' })).body.data;
    await bench.advance(own.id, '23h');
    expect(await reach()).toHaveLength(1);
    await bench.advance(own.id, '1h');
    expect(await reach()).toEqual([]);
  });

  it.each(['since', 'until'])('refuse a %s that is no time', async (name) => {
    for (const id of [held.page, held.gram]) {
      const metric = id === held.page ? 'page_follows' : 'reach';
      const { body } = await bench.get(`/${id}/insights`, held.pageToken, { metric, [name]: 'foo' });
      expect(body.error).toMatchObject({ code: 100, message: expect.stringContaining(name) });
    }
  });
});
