/** A million seeded posts cost no memory: each is computed when it is asked for. */
import { describe, expect, it } from '@jest/globals';
import { useSandbox } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';
import { findXPerson } from '../../src/x/people/people.js';
import { seededIdAt } from '../../src/x/content/seeded-posts.js';

const control = useSandbox();
const x = new XClient(control);

describe('a person with a million posts', () => {
  it('is made at once, every post is found by its id, and nothing is stored', async () => {
    const { world } = control.sandbox;
    const rows = (): unknown =>
      world.store.sql('SELECT (SELECT count(*) FROM x_posts) + (SELECT count(*) FROM x_marks) AS n').get()?.['n'];
    const before = [rows(), world.store.sql('PRAGMA page_count').get()?.['page_count'] as number] as const;
    const { id } = await control.person('x', { posts: 1_000_000, days: 2900 });
    const token = (await x.connect(id)).access_token;
    await control.turn('x.rate_limits', 'off', id);
    const person = findXPerson(world, id);
    if (!person) throw new Error('not made');
    for (let from = 0; from < 1_000_000; from += 50_000) {
      const ids = Array.from({ length: 100 }, (_, n) => seededIdAt(person, from + n * 499));
      const { body } = await x.get<{ data: { id: string }[]; errors?: unknown }>(
        `/2/tweets?ids=${ids.join(',')}&tweet.fields=public_metrics`,
        token,
      );
      expect(body.data.map((post) => post.id)).toEqual(ids);
    }
    const neighbour = String(BigInt(seededIdAt(person, 500_000)) + (1n << 22n));
    const { body } = await x.get(`/2/tweets/${neighbour}`, token);
    expect(body).toHaveProperty('errors');
    expect(rows()).toBe(before[0]);
    expect((world.store.sql('PRAGMA page_count').get()?.['page_count'] as number) - before[1]).toBeLessThan(150);
  });
});
