/** What X's app-only token may do (docs/providers/x.md §3.2, §4.2, §6.4). */
import { describe, expect, it } from '@jest/globals';
import { useSandbox, type Json } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

describe("the app's own token", () => {
  it('reads public timelines without private metrics, and may not write or ask who it is', async () => {
    const token = await x.appToken();
    const page = await x.get<{ data: Json[]; errors?: Json[] }>(
      '/2/users/1111111111/tweets?tweet.fields=public_metrics',
      token,
    );
    expect(page.body.data[0]).toHaveProperty('public_metrics');
    expect(Number(page.headers.get('x-rate-limit-limit'))).toBe(10_000);
    for (const answer of [await x.get('/2/users/me', token), await x.post('/2/tweets', token, { text: 'x' })]) {
      expect(answer).toMatchObject({
        status: 403,
        body: { type: 'https://api.x.com/2/problems/unsupported-authentication' },
      });
    }
    expect(await x.get('/2/usage/tweets', token)).toMatchObject({
      status: 200,
      body: { data: { project_cap: '3000000', project_usage: '10' } },
    });
    expect((await x.get('/2/usage/credits', token)).status).toBe(404);
    const user = (await x.connect('1111111111')).access_token;
    expect((await x.get('/2/usage/tweets', user)).status).toBe(403);
  });
});
