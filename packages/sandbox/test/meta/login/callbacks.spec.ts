/** The signed callbacks that the Meta stand-in sends. */
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APP, APP_TOKEN, Bench, type Json } from '../support.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

/** The payload, once its signature was found right. */
function payloadOf(signed: string): Json {
  const [signature, payload = ''] = signed.split('.');
  expect(signature).toBe(createHmac('sha256', APP.secret).update(payload).digest('base64url'));
  expect(signed).not.toMatch(/[=+/]/);
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

const sentTo = async (person: string): Promise<Json[]> =>
  (await bench.control('GET', `/meta/callbacks?person=${person}`)).data;

describe('callbacks', () => {
  let receiver: Server;
  let received: { url: string; signed: string }[] = [];
  let status = 200;
  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        received.push({ url: request.url ?? '', signed: new URLSearchParams(text).get('signed_request') ?? '' });
        response.writeHead(status, { 'content-type': 'application/json' }).end('{"url":"u","confirmation_code":"c"}');
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    const settings = { deauthorize_url: `${origin}/deauthorize`, data_deletion_url: `${origin}/deletion` };
    await bench.control('POST', '/apps', { platform: 'meta', client_id: APP.id, client_secret: APP.secret, settings });
  });
  afterAll(() => {
    receiver.close();
  });

  it('tell of a removal, signed', async () => {
    received = [];
    const held = await bench.connected();
    await bench.event('grant_revoked', { person: held.id });
    const [sent] = await sentTo(held.id);
    expect(sent).toMatchObject({ kind: 'deauthorize', status: 200 });
    expect(received[0]?.url).toBe('/deauthorize');
    const payload = payloadOf(received[0]?.signed ?? '');
    expect(payload).toMatchObject({ user_id: held.id, algorithm: 'HMAC-SHA256', issued_at: expect.any(Number) });
    expect(payload.expires).toBeGreaterThan(payload.issued_at);
  });

  it.each([
    ['on', 1],
    ['off', 0],
  ])('follow our own revocation too (%s)', async (value, count) => {
    const held = await bench.connected();
    await bench.turn('deauthorize_on_own_revoke', value, held.id);
    await bench.delete(`/${held.id}/permissions`, APP_TOKEN);
    expect(await sentTo(held.id)).toHaveLength(count);
  });

  it('ask for data deletion and keep the answer', async () => {
    received = [];
    const held = await bench.connected();
    await bench.event('data_deletion_requested', { person: held.id });
    const [sent] = await sentTo(held.id);
    expect(JSON.parse(sent.answer)).toEqual({ url: 'u', confirmation_code: 'c' });
    expect(received[0]?.url).toBe('/deletion');
    expect(payloadOf(received[0]?.signed ?? '').user_id).toBe(held.id);
  });

  it('of a Page that removes the app name profile_id, and user_id 0', async () => {
    received = [];
    const held = await bench.connected();
    await bench.event('page_removed_app', { page: held.page });
    await bench.control('GET', '/meta/callbacks');
    expect(payloadOf(received[0]?.signed ?? '')).toMatchObject({ user_id: 0, profile_id: held.page });
  });

  it('are tried again as often as set', async () => {
    received = [];
    status = 503;
    const held = await bench.connected();
    await bench.configure(held.id, { callback_retries: 2 });
    await bench.event('grant_revoked', { person: held.id });
    expect((await sentTo(held.id))[0].status).toBe(503);
    expect(received).toHaveLength(3);
    status = 200;
  });
});
