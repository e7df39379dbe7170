/** X's webhook for revocations against docs/providers/x.md §2.5: challenge, signature, payload. */
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PATIENCE_MS } from '../../../../test/support/patience.js';
import { useSandbox, type Json } from '../support/sandbox.js';
import { XClient } from '../support/x-client.js';

const control = useSandbox();
const x = new XClient(control);
const secret = 'sandbox-x-consumer-secret';
const hmac = (text: string): string => `sha256=${createHmac('sha256', secret).update(text).digest('base64')}`;

let receiver: Server;
let url: string;
let knowsSecret = false;
const received: { body: string; signature: string }[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const asked = new URL(request.url ?? '', 'http://x').searchParams.get('crc_token');
    if (asked !== null)
      return void response.end(JSON.stringify({ response_token: knowsSecret ? hmac(asked) : 'sha256=guess' }));
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ body, signature: String(request.headers['x-twitter-webhooks-signature']) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(() => new Promise((resolve) => receiver.close(resolve)));

describe('the webhook', () => {
  it('is taken only if it answers the challenge', async () => {
    const token = await x.appToken();
    expect((await x.post('/2/webhooks', token, { url })).status).toBe(400);
    expect((await x.get<{ meta: Json }>('/2/webhooks', token)).body.meta).toEqual({ result_count: 0 });
    knowsSecret = true;
    expect(await x.post('/2/webhooks', token, { url })).toMatchObject({
      status: 200,
      body: { data: { url, valid: true } },
    });
  });

  it('subscribes by name, unless the switch says that the name is not known', async () => {
    const token = await x.appToken();
    const wish = { event_type: 'oauth.revoke', filter: {} };
    expect(await x.post('/2/activity/subscriptions', token, wish)).toMatchObject({
      status: 200,
      body: { data: { subscription: wish } },
    });
    await control.turn('x.revoke_subscription', 'refuse');
    expect((await x.post('/2/activity/subscriptions', token, wish)).status).toBe(400);
    await control.turn('x.revoke_subscription', null);
  });

  it('hears of a revocation, signed with the API secret', async () => {
    const person = await control.person('x');
    await x.connect(person.id);
    await control.event('x', 'revoke', { person: person.id });
    const until = Date.now() + PATIENCE_MS;
    while (received.length === 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    const [event] = received;
    expect(event?.signature).toBe(hmac(event?.body ?? ''));
    expect(JSON.parse(event?.body ?? '{}')).toEqual({
      data: {
        event_uuid: expect.stringMatching(/^\d+$/),
        filter: {},
        event_type: 'oauth.revoke',
        payload: { date_time: expect.stringMatching(/\+00:00$/), user_id: person.id, app_id: '20000001' },
      },
    });
  });

  it('is forgotten when it is deleted', async () => {
    const token = await x.appToken();
    const { body } = await x.get<{ data: { id: string }[] }>('/2/webhooks', token);
    expect(await x.delete(`/2/webhooks/${body.data[0]?.id ?? ''}`, token)).toMatchObject({
      body: { data: { deleted: true } },
    });
    expect((await x.get<{ meta: Json }>('/2/webhooks', token)).body.meta).toEqual({ result_count: 0 });
  });
});
