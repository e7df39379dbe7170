/** X's optional `oauth.revoke` event: a signed POST to the app's webhook when a person revokes it (docs/providers/x.md §2.5). */
import { createHmac, randomUUID } from 'node:crypto';
import { asText } from '../../core/values.js';
import type { World } from '../../core/world.js';

/** Base64 HMAC of the raw body with the app's API secret, which is not the OAuth 2 client secret. */
export const signBody = (body: string, consumerSecret: string): string =>
  `sha256=${createHmac('sha256', consumerSecret).update(body).digest('base64')}`;

export const consumerSecretOf = (settings: Record<string, unknown>): string =>
  asText(settings['consumer_secret'], 'sandbox-x-consumer-secret');

/** Sends the event if the app has a webhook; a failing receiver is its own problem, as at X. */
export function announceRevocation(world: World, client: string, person: string): void {
  const app = world.apps.find('x', client);
  const url = app?.settings['webhook_url'];
  if (!app || typeof url !== 'string') return;
  const body = JSON.stringify({
    data: {
      event_uuid: String(BigInt(`0x${randomUUID().replaceAll('-', '').slice(0, 15)}`)),
      filter: {},
      event_type: 'oauth.revoke',
      payload: {
        date_time: new Date(world.clock.now(person)).toISOString().replace(/\.\d+Z$/, '+00:00'),
        user_id: person,
        app_id: asText(app.settings['app_id'], '20000001'),
      },
    },
  });
  const headers = {
    'content-type': 'application/json',
    'x-twitter-webhooks-signature': signBody(body, consumerSecretOf(app.settings)),
  };
  fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
}
