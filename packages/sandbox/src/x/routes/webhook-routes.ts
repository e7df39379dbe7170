/** X's webhooks and activity subscriptions, as far as `oauth.revoke` needs them, and the usage endpoints (docs/providers/x.md §2.5, §6.4). All take the app's own bearer. */
import { createHmac, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sameSecret } from '../../core/apps.js';
import type { World } from '../../core/world.js';
import { asRecord, asText } from '../../core/values.js';
import { invalidRequest } from '../contract/errors.js';
import type { Guard } from '../access/guard.js';
import type { Session } from '../access/session.js';
import { ROUTES } from '../contract/routes.js';
import { readBody } from './read-body.js';
import { writtenId } from '../people/ids.js';
import { consumerSecretOf } from '../access/revoke-event.js';

const webhookBody = z.strictObject({ url: z.url() });
const subscriptionBody = z.strictObject({
  event_type: z.string(),
  filter: z.record(z.string(), z.unknown()),
  tag: z.string().optional(),
  webhook_id: z.string().optional(),
});

/** The challenge-response check: only who has the app's API secret can sign a random token. */
async function answersChallenge(url: string, secret: string): Promise<boolean> {
  const token = randomBytes(16).toString('hex');
  const expected = `sha256=${createHmac('sha256', secret).update(token).digest('base64')}`;
  try {
    const challenge = new URL(url);
    challenge.searchParams.set('crc_token', token);
    const answer = await fetch(challenge, { signal: AbortSignal.timeout(10_000) });
    const given = asText(asRecord(await answer.json())['response_token']);
    return sameSecret(given, expected);
  } catch {
    return false;
  }
}

export function webhookRoutes(app: FastifyInstance, world: World, guard: Guard): void {
  const known = (session: Session): Record<string, unknown>[] => {
    const settings = world.apps.find('x', session.client)?.settings ?? {};
    const url = settings['webhook_url'];
    return typeof url === 'string'
      ? [{ id: settings['webhook_id'], url, valid: true, created_at: settings['webhook_created_at'] }]
      : [];
  };

  const register = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const session = guard.enter(request, reply, ROUTES.webhooks);
    const { url } = readBody(webhookBody, request.body);
    const registered = world.apps.find('x', session.client);
    if (!registered || !(await answersChallenge(url, consumerSecretOf(registered.settings)))) {
      throw invalidRequest([
        { parameters: { url: [url] }, message: 'CrcValidationFailed: the webhook did not answer the challenge.' },
      ]);
    }
    const now = world.clock.now();
    const settings = { webhook_url: url, webhook_id: writtenId(now), webhook_created_at: new Date(now).toISOString() };
    world.apps.put({ ...registered, settings });
    return { data: known(session)[0] };
  };
  app.post('/2/webhooks', (request, reply) => register(request, reply));

  app.get('/2/webhooks', (request, reply) => {
    const found = known(guard.enter(request, reply, ROUTES.webhooks));
    return { ...(found.length > 0 ? { data: found } : {}), meta: { result_count: found.length } };
  });

  app.delete<{ Params: { id: string } }>('/2/webhooks/:id', (request, reply) => {
    const session = guard.enter(request, reply, ROUTES.webhooks);
    const registered = world.apps.find('x', session.client);
    const deleted = registered?.settings['webhook_id'] === request.params.id;
    if (registered && deleted) world.apps.put({ ...registered, settings: { webhook_url: null, webhook_id: null } });
    return { data: { deleted } };
  });

  app.post('/2/activity/subscriptions', (request, reply) => {
    const session = guard.enter(request, reply, ROUTES.subscriptions);
    const body = readBody(subscriptionBody, request.body);
    if (body.event_type === 'oauth.revoke' && world.switches.get('x.revoke_subscription') === 'refuse') {
      throw invalidRequest([
        { parameters: { event_type: [body.event_type] }, message: '$.event_type: is not one of the supported events' },
      ]);
    }
    return {
      data: { subscription: { subscription_id: writtenId(session.now), ...body } },
      meta: { total_subscriptions: 1 },
    };
  });

  app.get('/2/usage/tweets', (request, reply) => {
    const { client } = guard.enter(request, reply, ROUTES.usage);
    const project_usage = String(world.ledger.billedPosts('x', client));
    return { data: { project_id: '1700000000000000001', project_cap: '3000000', project_usage, cap_reset_day: 1 } };
  });
  // Documented, and answered with an empty 404 on pay-per-use plans.
  app.get('/2/usage/credits', (request, reply) => {
    guard.enter(request, reply, ROUTES.usage);
    return reply.code(404).send();
  });
}
