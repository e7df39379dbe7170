/** Every fault switch of the sandbox: what the caller meets, and what was done in spite of it. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
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
const whoAmI = (init: RequestInit = {}): Promise<Response> =>
  fetch(`${control.origin}/2/users/me?user.fields=public_metrics`, {
    headers: { authorization: `Bearer ${token}` },
    ...init,
  });
const createPost = (text: string): Promise<Response> =>
  fetch(`${control.origin}/2/tweets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
const newestText = async (): Promise<string | undefined> =>
  (await x.get<{ data: { text: string }[] }>(`/2/users/${me.id}/tweets?max_results=5`, token)).body.data[0]?.text;
const patience = (ms: number): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(ms) });

describe('before acting', () => {
  it('delay: answers later', async () => {
    await rule('delay', { ms: 120 });
    const start = performance.now();
    expect((await whoAmI()).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(115);
  });

  it('hang: never answers, and does nothing', async () => {
    await control.fault({ effect: 'hang', person: me.id, path: '/2/tweets' });
    await expect(
      fetch(`${control.origin}/2/tweets`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{"text":"hung"}',
        ...patience(150),
      }),
    ).rejects.toThrow();
    expect(await newestText()).not.toBe('hung');
    expect((await control.ledger({ person: me.id, fault: 'hang' })).map((row) => row.status)).toEqual([0]);
  });

  it('reset_before: the connection breaks, nothing was done', async () => {
    await control.fault({ effect: 'reset_before', person: me.id, path: '/2/tweets' });
    await expect(createPost('reset before')).rejects.toThrow();
    expect(await newestText()).not.toBe('reset before');
  });

  it('status: any status, headers and body', async () => {
    await rule('status', {
      status: 429,
      headers: { 'retry-after': '7', 'x-rate-limit-reset': '1', 'content-type': 'text/plain' },
      body: 'slow down',
    });
    const answer = await whoAmI();
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([429, '7', 'slow down']);
  });

  it('redirect: in a circle, or to where it says', async () => {
    await rule('redirect', { times: 2 });
    expect((await whoAmI({ redirect: 'manual' })).headers.get('location')).toContain('/2/users/me');
    await control.call('DELETE', '/faults');
    await rule('redirect', { location: 'http://169.254.169.254/latest', status: 307 });
    const answer = await whoAmI({ redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([307, 'http://169.254.169.254/latest']);
  });

  it('huge and gzip_bomb: more bytes than a caller wants', async () => {
    await rule('huge', { bytes: 5_000_000 });
    expect((await (await whoAmI()).arrayBuffer()).byteLength).toBe(5_000_000 + 11);
    await rule('gzip_bomb', { bytes: 50_000_000 });
    const raw = await new Promise<number>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip' };
      request(`${control.origin}/2/users/me`, { headers }, (answer) => {
        let length = 0;
        answer.on('data', (chunk: Buffer) => (length += chunk.length)).on('end', () => resolve(length));
      })
        .on('error', reject)
        .end();
    });
    expect(raw).toBeLessThan(200_000);
    await rule('gzip_bomb', { bytes: 50_000_000 });
    expect((await (await whoAmI()).arrayBuffer()).byteLength).toBe(50_000_000);
  });

  it.each(['huge', 'gzip_bomb'])('%s: a caller that hangs up on it has done nothing', async (effect) => {
    await control.fault({ effect, person: me.id, path: '/2/tweets', bytes: 300_000_000 });
    const answer = await createPost(`hung up on ${effect}`);
    await answer.body!.cancel();
    // The sandbox notices that by itself.
    await sleep(200);
    expect(await newestText()).not.toBe(`hung up on ${effect}`);
  });

  it('drip_headers: headers that never end', async () => {
    await rule('drip_headers', { ms: 5 });
    await expect(whoAmI(patience(150))).rejects.toThrow();
  });
});

describe('after acting', () => {
  it.each([
    ['reset_after', {}],
    ['hang_after', { ms: 50 }],
    ['cut', {}],
  ])('%s: the post stands although the answer was lost', async (effect, more) => {
    await control.fault({ effect, person: me.id, path: '/2/tweets', ...more });
    await expect(createPost(`made by ${effect}`).then((answer) => answer.text())).rejects.toThrow();
    expect(await newestText()).toBe(`made by ${effect}`);
    const [row] = await control.ledger({ person: me.id, fault: effect });
    expect(row?.created).toHaveLength(1);
  });

  it('act_then_status: done, and answered as if not', async () => {
    await control.fault({
      effect: 'act_then_status',
      status: 503,
      headers: { 'content-type': 'text/html' },
      body: '<h1>Over capacity</h1>',
      person: me.id,
      path: '/2/tweets',
    });
    const answer = await createPost('acted then 503');
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      503,
      'text/html',
      '<h1>Over capacity</h1>',
    ]);
    expect(await newestText()).toBe('acted then 503');
  });

  it('rotate_then_drop: the old refresh token is dead, the new one never arrived', async () => {
    const tokens = await x.connect(me.id);
    await control.fault({
      effect: 'rotate_then_drop',
      person: me.id,
      path: '/2/oauth2/token',
      when: { grant_type: 'refresh_token' },
    });
    await expect(x.refresh(tokens.refresh_token)).rejects.toThrow();
    expect((await x.refresh<Json>(tokens.refresh_token)).body['error_description']).toBe(
      'Value passed for the token was invalid.',
    );
    const [row] = await control.ledger({ person: me.id, fault: 'rotate_then_drop' });
    expect(row?.notes).toContain('rotated');
    const lost = row?.tokens.filter(({ where }) => where === 'answer').map(({ raw }) => raw) ?? [];
    expect((await x.refresh(lost[1])).status).toBe(200);
  });

  it('delay_after and hold_after: done at once, answered later', async () => {
    await control.fault({ effect: 'delay_after', ms: 80, person: me.id, path: '/2/tweets' });
    const start = performance.now();
    expect((await createPost('delayed after')).status).toBe(201);
    expect(performance.now() - start).toBeGreaterThanOrEqual(75);
    const { body } = await control.fault({ effect: 'hold_after', person: me.id, path: '/2/tweets' });
    const call = createPost('held after');
    while ((await newestText()) !== 'held after') await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await control.ledger({ person: me.id, fault: 'hold_after' }))[0]?.created).toHaveLength(1);
    await control.call('DELETE', `/faults/${String(body['id'])}`);
    expect((await call).status).toBe(201);
  });

  it('malformed, empty, wrong_types: the content is spoiled', async () => {
    await rule('malformed');
    await expect((await whoAmI()).json()).rejects.toThrow();
    await rule('empty');
    expect(await (await whoAmI()).text()).toBe('');
    await rule('wrong_types');
    const { data } = (await (await whoAmI()).json()) as { data: Json };
    expect(data).toMatchObject({ id: 19, public_metrics: { tweet_count: expect.stringContaining('about') } });
  });

  it('drip: a byte at a time', async () => {
    await rule('drip', { ms: 40 });
    const answer = await whoAmI(patience(200));
    const reader = answer.body?.getReader();
    expect((await reader?.read())?.value?.length).toBe(1);
    await expect(
      (async () => {
        while (!(await reader?.read())?.done) continue;
      })(),
    ).rejects.toThrow();
  });

  it.each([
    ['repeating', 10],
    ['endless', 100],
  ])('cursor %s: paging never ends, with %i a page', async (mode, size) => {
    await control.fault({ effect: 'cursor', mode, times: 0, person: me.id, path: '/2/users/:id/tweets' });
    const seen: (string | undefined)[] = [];
    let next = '';
    for (let i = 0; i < 6; i++) {
      const query = next === '' ? '' : `&pagination_token=${next}`;
      const { status, body } = await x.get<{ data?: { id: string }[]; meta: { next_token: string } }>(
        `/2/users/${me.id}/tweets?max_results=${size}${query}`,
        token,
      );
      expect(status).toBe(200);
      next = body.meta.next_token;
      expect(next).toEqual(expect.any(String));
      seen.push(body.data?.[0]?.id);
    }
    expect(new Set(seen)).toEqual(mode === 'repeating' ? new Set([seen[0]]) : new Set([seen[0], undefined]));
    await control.call('DELETE', '/faults');
  });
});
