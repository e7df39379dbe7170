/** What stands in the way of a call to X: rate limits, credits, the plan, the account's state (docs/providers/x.md §4.2, §5, §6). */
import { describe, expect, it } from '@jest/globals';
import { useSandbox, type Json } from '../../support/sandbox.js';
import { basic, XClient } from '../../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);

const someone = async (): Promise<[string, string]> => {
  const person = await control.person('x');
  return [person.id, (await x.connect(person.id)).access_token];
};
const number = (headers: Headers, name: string): number => Number(headers.get(name) ?? Number.NaN);

describe('rate limits', () => {
  it.each([
    ['GET', '/2/users/me', 75],
    ['GET', '/2/users/ME/tweets', 900],
    ['GET', '/2/users/ME/mentions', 300],
    ['GET', '/2/tweets?ids=1', 5000],
    ['GET', '/2/tweets/1', 900],
    ['POST', '/2/tweets', 100],
    ['DELETE', '/2/tweets/1', 50],
    ['POST', '/2/media/upload/initialize', 1875],
    ['POST', '/2/media/metadata', 500],
  ])('%s %s reports %i per 15 minutes, whatever comes of the call', async (method, path, limit) => {
    const [id, token] = await someone();
    const headers = {
      authorization: `Bearer ${token}`,
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    };
    const answer = await x.send(path.replace('ME', id), {
      method,
      headers,
      ...(method === 'POST' ? { body: '{}' } : {}),
    });
    expect([
      answer.status < 500,
      number(answer.headers, 'x-rate-limit-limit'),
      number(answer.headers, 'x-rate-limit-remaining'),
    ]).toEqual([true, limit, limit - 1]);
    const reset = number(answer.headers, 'x-rate-limit-reset') - Date.now() / 1000;
    expect(reset > 890 && reset <= 901).toBe(true);
    expect(answer.headers.get('x-access-level')).toBe('read-write');
  });

  it('refuse the 76th call until the window ends, per person', async () => {
    const [id, token] = await someone();
    const [, other] = await someone();
    const statuses: number[] = [];
    for (let i = 0; i < 76; i++) statuses.push((await x.get('/2/users/me', token)).status);
    expect(statuses.indexOf(429)).toBe(75);
    const refused = await x.get('/2/users/me', token);
    expect(refused.body).toEqual({
      title: 'Too Many Requests',
      detail: 'Too Many Requests',
      type: 'about:blank',
      status: 429,
    });
    expect(refused.headers.get('x-rate-limit-remaining')).toBe('0');
    expect((await x.get('/2/users/me', other)).status).toBe(200);
    await control.turn('x.rate_limit_body', 'legacy', id);
    expect((await x.get('/2/users/me', token)).body).toEqual({
      errors: [{ code: 88, message: 'Rate limit exceeded' }],
    });
    await control.advance('15m', id);
    const again = await x.get('/2/users/me', token);
    expect(again.status).toBe(200);
    const ahead = number(again.headers, 'x-rate-limit-reset') - Date.parse(again.headers.get('date') ?? '') / 1000;
    expect(ahead > 890 && ahead <= 902).toBe(true);
  });

  it('can be switched off', async () => {
    const [id, token] = await someone();
    await control.turn('x.rate_limits', 'off', id);
    for (let i = 0; i < 60; i++) await x.delete('/2/tweets/1', token);
    expect((await x.delete('/2/tweets/1', token)).status).toBe(200);
  });

  it('count a day for the app where it posts', async () => {
    const [, token] = await someone();
    const { headers } = await x.post('/2/tweets', token, { text: 'counted' });
    expect(number(headers, 'x-app-limit-24hour-limit')).toBe(10_000);
    expect(number(headers, 'x-app-limit-24hour-remaining')).toBeLessThan(10_000);
  });
});

describe('a token that is none', () => {
  it.each([
    ['nothing', {}],
    ['an unknown token', { authorization: 'Bearer abc' }],
    ['another scheme', { authorization: basic }],
    ['an unknown app token', { authorization: 'Bearer AAAAAAAAAAAAAAAAAAAAAxyz' }],
  ])('%s is 401, without rate headers', async (_, headers) => {
    const answer = await x.send('/2/users/me', { headers });
    expect(answer).toMatchObject({
      status: 401,
      body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' },
    });
    expect(answer.headers.get('x-rate-limit-limit')).toBeNull();
    expect(answer.headers.get('x-access-level')).toBeNull();
    expect(answer.headers.get('x-transaction-id')).toBeTruthy();
  });

  it('in the query alone does not count', async () => {
    const [, token] = await someone();
    expect((await x.send(`/2/users/me?access_token=${token}`, {})).status).toBe(401);
  });
});

describe('money', () => {
  it.each<[string, number, Json]>([
    [
      'depleted',
      402,
      {
        title: 'Payment Required',
        detail: 'credits depleted',
        status: 402,
        type: 'https://api.x.com/2/problems/credits-depleted',
      },
    ],
    ['depleted_legacy', 402, { title: 'CreditsDepleted', type: 'https://api.twitter.com/2/problems/credits' }],
    ['spend_cap', 403, { title: 'SpendCapReached' }],
    ['usage_capped', 429, { title: 'UsageCapExceeded', type: 'https://api.x.com/2/problems/usage-capped' }],
  ])('%s stops every endpoint with %i but not the token endpoint', async (state, status, body) => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    await control.turn('x.credits', state, person.id);
    for (const path of ['/2/users/me', `/2/users/${person.id}/tweets`, '/2/tweets?ids=1']) {
      const answer = await x.get(path, tokens.access_token);
      expect(answer).toMatchObject({ status, body });
      expect(number(answer.headers, 'x-rate-limit-remaining')).toBeGreaterThan(0);
    }
    expect((await x.post('/2/tweets', tokens.access_token, { text: 'x' })).status).toBe(status);
    expect((await x.refresh(tokens.refresh_token)).status).toBe(200);
    await control.turn('x.credits', null, person.id);
    expect((await x.get('/2/users/me', tokens.access_token)).status).toBe(200);
  });

  it.each([402, 429])('runs into a spending limit with %i where the switch says so', async (status) => {
    const [id, token] = await someone();
    await control.turn('x.credits', 'spend_cap', id);
    await control.turn('x.spend_cap_status', String(status), id);
    expect(await x.get('/2/users/me', token)).toMatchObject({ status, body: { title: 'SpendCapReached', status } });
  });

  it('is charged by what a call did, and the ledger adds it up', async () => {
    const [id, token] = await someone();
    await x.get('/2/users/me', token);
    await x.get(`/2/users/${id}/tweets?max_results=10`, token);
    const plain = await x.post<{ data: { id: string } }>('/2/tweets', token, { text: 'plain' });
    await x.post('/2/tweets', token, { text: 'link https://shop.example/' });
    await x.delete(`/2/tweets/${plain.body.data.id}`, token);
    await x.get('/2/users/me?user.fields=none', token);
    const { body } = await control.call('GET', `/ledger/summary?person=${id}`);
    expect(body).toMatchObject({
      billed: { posts: 10, users: 1 },
      cost_usd: 0.285,
      by_status: { '200': 4, '201': 2, '302': 1, '400': 1 },
      by_route: { 'POST /2/tweets': 2, 'GET /2/users/me': 2 },
      secret_in_url: 0,
    });
    expect(body['created']).toHaveLength(2);
  });
});

describe('the account and the app', () => {
  it.each<[string, number, Json]>([
    [
      'suspend',
      403,
      {
        detail: 'The user used for authentication is suspended',
        title: 'Forbidden',
        status: 403,
        type: 'https://api.twitter.com/2/problems/user-suspended',
      },
    ],
    ['lock', 403, { title: 'Forbidden', type: 'about:blank', detail: expect.stringContaining('temporarily locked') }],
    ['deactivate', 401, { title: 'Unauthorized' }],
  ])('%s: %i, until it is undone', async (event, status, body) => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    await control.event('x', event, { person: person.id });
    expect(await x.get('/2/users/me', tokens.access_token)).toMatchObject({ status, body });
    expect((await x.post('/2/tweets', tokens.access_token, { text: 'x' })).status).toBe(status);
    expect((await x.refresh(tokens.refresh_token)).status).toBe(200);
    await control.event('x', 'restore', { person: person.id });
    expect((await x.get('/2/users/me', tokens.access_token)).status).toBe(200);
  });

  it('a lock has a legacy form, too', async () => {
    const [id, token] = await someone();
    await control.event('x', 'lock', { person: id });
    await control.turn('x.locked_shape', 'legacy', id);
    expect((await x.get('/2/users/me', token)).body).toMatchObject({ errors: [{ code: 326 }] });
  });

  it('a plan that does not cover the call is refused without rate headers', async () => {
    const [id, token] = await someone();
    await control.turn('x.app', 'not_enrolled', id);
    const answer = await x.get('/2/users/me', token);
    expect(answer).toMatchObject({
      status: 403,
      body: { title: 'Client Forbidden', reason: 'client-not-enrolled', client_id: 'sandbox-x-client' },
    });
    expect(answer.body).not.toHaveProperty('errors');
    expect(answer.headers.get('x-rate-limit-limit')).toBeNull();
    await control.turn('x.app', null, id);
    expect((await x.get('/2/tweets/analytics?ids=1', token)).body).toMatchObject({ reason: 'client-not-enrolled' });
  });

  it('a suspended app is refused everywhere', async () => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    await control.turn('x.app', 'suspended');
    const api = await x.get('/2/users/me', tokens.access_token);
    const refresh = await x.refresh<Json>(tokens.refresh_token);
    await control.turn('x.app', null);
    expect(api).toMatchObject({ status: 403, body: { type: 'https://api.x.com/2/problems/app-suspended' } });
    expect(refresh).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect((await x.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('expired access tokens can be had without waiting', async () => {
    const person = await control.person('x');
    const tokens = await x.connect(person.id);
    await control.event('x', 'expire_access', { person: person.id });
    expect((await x.get('/2/users/me', tokens.access_token)).status).toBe(401);
    expect((await x.refresh(tokens.refresh_token)).status).toBe(200);
  });
});
