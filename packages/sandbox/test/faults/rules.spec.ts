/** Which calls a fault rule touches, and the refusals that can be asked for by name. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useSandbox, type Json } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

let me: { id: string };
let token: string;

beforeAll(async () => {
  me = await control.person('x', { posts: 12 });
  token = (await x.connect(me.id)).access_token;
});

const rule = (effect: string, more: Json = {}): Promise<unknown> =>
  control.fault({ effect, person: me.id, path: '/2/users/me', ...more });
const whoAmI = (): Promise<Response> =>
  fetch(`${control.origin}/2/users/me?user.fields=public_metrics`, { headers: { authorization: `Bearer ${token}` } });
const lastCall = async (): Promise<Json | undefined> =>
  (await control.ledger({ person: me.id, limit: '10000' })).at(-1) as Json | undefined;
const statuses = async (n: number): Promise<number[]> => {
  const list: number[] = [];
  for (let i = 0; i < n; i++) list.push((await whoAmI()).status);
  return list;
};

describe('which calls', () => {
  it.each<[string, Json, number[]]>([
    ['one, by default', {}, [503, 200, 200, 200]],
    ['two', { times: 2 }, [503, 503, 200, 200]],
    ['from the third on', { nth: 3, times: 0 }, [200, 200, 503, 503]],
    ['the second only', { nth: 2 }, [200, 503, 200, 200]],
  ])('%s', async (_, more, expected) => {
    await rule('status', { status: 503, ...more });
    expect(await statuses(4)).toEqual(expected);
    await control.call('DELETE', '/faults');
  });

  it.each<[string, Json, number]>([
    ['another person', { person: '1111111111' }, 200],
    ['another method', { method: 'POST' }, 200],
    ['another path', { path: '/2/tweets' }, 200],
    ['another platform', { platform: 'meta' }, 200],
    ['another client', { client: 'other' }, 200],
    ['another parameter', { when: { 'user.fields': 'id' } }, 200],
    ['this parameter', { when: { 'user.fields': 'public_metrics' } }, 503],
    ['a prefix', { path: '/2/users/*' }, 503],
    ['this client', { client: 'sandbox-x-client' }, 503],
  ])('not those that differ: %s', async (_, more, status) => {
    await rule('status', { status: 503, ...more });
    expect((await whoAmI()).status).toBe(status);
    await control.call('DELETE', '/faults');
  });

  it('those with one token', async () => {
    const other = (await x.connect(me.id)).access_token;
    await control.fault({ effect: 'status', status: 503, times: 0, token: other });
    expect((await whoAmI()).status).toBe(200);
    expect((await x.get('/2/users/me', other)).status).toBe(503);
    const { body } = await control.call<{ data: Json[] }>('GET', '/faults');
    expect(body.data).toMatchObject([{ effect: 'status', seen: 1, applied: 1 }]);
    expect((await control.call('DELETE', `/faults?person=${me.id}`)).body).toEqual({ removed: 0 });
    expect((await control.call('DELETE', '/faults')).body).toEqual({ removed: 1 });
    expect(await lastCall()).toMatchObject({ fault: 'status', status: 503 });
  });
});

describe('refusals by name', () => {
  it.each<[string, number, Json | string]>([
    ['rate_limited', 429, { title: 'Too Many Requests', type: 'about:blank' }],
    ['rate_limited_legacy', 429, { errors: [{ code: 88, message: 'Rate limit exceeded' }] }],
    [
      'credits_depleted',
      402,
      { title: 'Payment Required', detail: 'credits depleted', type: 'https://api.x.com/2/problems/credits-depleted' },
    ],
    ['credits_depleted_legacy', 402, { title: 'CreditsDepleted', type: 'https://api.twitter.com/2/problems/credits' }],
    ['spend_cap', 403, { title: 'SpendCapReached' }],
    ['usage_capped', 429, { title: 'UsageCapExceeded', period: 'Monthly', scope: 'Product' }],
    ['suspended', 403, { type: 'https://api.twitter.com/2/problems/user-suspended' }],
    ['locked_legacy', 403, { errors: [{ code: 326 }] }],
    [
      'client_not_enrolled',
      403,
      {
        reason: 'client-not-enrolled',
        client_id: 'sandbox-x-client',
        required_enrollment: 'Appropriate Level of API Access',
      },
    ],
    ['oauth1_permissions', 403, { type: 'https://api.x.com/2/problems/oauth1-permissions' }],
    ['unauthorized', 401, { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' }],
    ['internal_error', 500, { type: 'https://api.x.com/2/problems/internal-error' }],
    ['unavailable_html', 503, 'Service Unavailable'],
  ])('%s is %i', async (preset, status, body) => {
    await rule('preset', { preset, platform: 'x' });
    const answer = await x.send<Json | string>('/2/users/me', { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(status);
    if (typeof body === 'string') expect(answer.body).toContain(body);
    else expect(answer.body).toMatchObject(body);
  });
});
