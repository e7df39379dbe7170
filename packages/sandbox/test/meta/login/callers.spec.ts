/** Whom fault rules and the ledger see behind a call to the Meta stand-in, wherever its token stands. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bench, type Held, type Json } from '../support.js';

let bench: Bench;
let held: Held;
beforeAll(async () => {
  bench = await Bench.open();
  held = await bench.connected();
});
afterAll(() => bench.close());

const fault = (person: string, path: string): Promise<Json> =>
  bench.control('POST', '/faults', { effect: 'status', status: 503, person, path });
const last = async (person: string): Promise<Json> =>
  (await bench.control('GET', `/ledger?person=${person}`)).data.at(-1);

describe('the caller', () => {
  it('of a multipart call is known by its form part', async () => {
    const send = async (): Promise<number> => {
      const form = new FormData();
      form.set('access_token', held.pageToken);
      form.set('caption', 'Bytes');
      form.set('source', new Blob([new Uint8Array(2000)], { type: 'image/jpeg' }), 'p.jpg');
      return (await fetch(`${bench.origin}/v26.0/${held.page}/photos`, { method: 'POST', body: form })).status;
    };
    await fault(held.id, '/v:version/:id/photos');
    expect(await send()).toBe(503);
    expect(await send()).toBe(200);
    const entry = await last(held.id);
    expect(entry.body).toMatchObject({ caption: 'Bytes', access_token: expect.stringMatching(/^sha256:/) });
    expect(entry.tokens).toMatchObject([{ where: 'body.access_token', raw: held.pageToken }]);
  });

  it('of a login is the person behind the code, then behind the token to be exchanged', async () => {
    const person = await bench.person();
    const code = (await bench.consent(person.id)).searchParams.get('code') ?? '';
    await fault(person.id, '/v:version/oauth/access_token');
    const failed = await fetch(
      `${bench.origin}/v26.0/oauth/access_token?${new URLSearchParams({ client_id: '900100200300400', code }).toString()}`,
    );
    expect([failed.status, (await last(person.id)).status]).toEqual([503, 503]);
    const short = (await bench.redeem(code)).body.access_token;
    await bench.control('POST', '/faults', { effect: 'preset', preset: 'temporary', person: person.id });
    expect((await bench.exchange(short)).body.error.code).toBe(2);
    expect((await bench.exchange(short)).status).toBe(200);
  });
});
