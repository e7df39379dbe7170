/** Saving the world and putting it back. */
import { describe, expect, it } from '@jest/globals';
import { useSandbox, type Json } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

describe('a snapshot', () => {
  it('brings back people, tokens, posts, counts, clocks, switches and faults, and leaves the ledger', async () => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    const kept = await x.post<{ data: { id: string } }>('/2/tweets', tokens.access_token, { text: 'kept' });
    expect((await control.call('POST', '/snapshots', { name: 'before' })).status).toBe(201);

    const later = await control.person('x');
    const lost = await x.post<{ data: { id: string } }>('/2/tweets', tokens.access_token, { text: 'lost' });
    await control.event('x', 'delete_post', { post: kept.body.data.id });
    await control.event('x', 'revoke', { person: person.id });
    await control.event('x', 'rename', { person: person.id, name: 'Somebody Else' });
    await control.advance('5d', person.id);
    await control.advance('1h');
    await control.turn('x.duplicates', 'allow');
    await control.fault({ effect: 'status', status: 503, times: 0, platform: 'x' });
    const calls = (await control.ledger({ limit: '10000' })).length;

    expect((await control.call('POST', '/snapshots/before/restore', {})).status).toBe(200);
    const me = await x.get<{ data: Json }>('/2/users/me', tokens.access_token);
    expect(me).toMatchObject({ status: 200, body: { data: { name: person['name'] } } });
    const posts = await x.get<{ data: Json[]; errors: Json[] }>(
      `/2/tweets?ids=${kept.body.data.id},${lost.body.data.id}`,
      tokens.access_token,
    );
    expect(posts.body.data.map((post) => post['id'])).toEqual([kept.body.data.id]);
    expect(posts.body.errors).toHaveLength(1);
    expect((await control.call('GET', `/people/${later.id}`)).status).toBe(404);
    expect(
      (await control.call<{ offset_ms: number }>('GET', `/clock?person=${person.id}`)).body.offset_ms,
    ).toBeLessThan(60_000);
    expect((await x.post('/2/tweets', tokens.access_token, { text: 'kept' })).status).toBe(403);
    expect((await control.ledger({ limit: '10000' })).length).toBeGreaterThan(calls);
  });

  it('can be listed, replaced and removed', async () => {
    await control.call('POST', '/snapshots', { name: 'two' });
    await control.call('POST', '/snapshots', { name: 'two' });
    expect((await control.call('GET', '/snapshots')).body['data']).toContain('two');
    expect((await control.call('DELETE', '/snapshots/two')).body).toEqual({ removed: true });
    expect((await control.call('GET', '/snapshots')).body['data']).not.toContain('two');
    expect((await control.call('POST', '/snapshots/two/restore', {})).status).toBe(404);
    expect((await control.call('POST', '/snapshots', { name: '../two' })).status).toBe(400);
  });
});
