/** The control API under `/_sandbox`: clocks, people, switches, faults, events and the ledger, for tests and demos. */
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Person } from '../core/people.js';
import { ControlError } from '../core/platform.js';
import type { World } from '../core/world.js';
import { tokenRoutes } from '../identity/token-routes.js';
import { duration, parse, platformName } from '../core/requests.js';
import { faultRoutes } from './fault-routes.js';
import { homeRoutes } from './home-routes.js';
import { ledgerRoutes } from './ledger-routes.js';
import { snapshotRoutes } from './snapshot-routes.js';

/** Beyond a date's own range nothing could be shown any more, not even the way back. */
const FURTHEST_MS = 100 * 365 * 86_400_000;

const clockBody = z.strictObject({
  advance_ms: z.number().int().optional(),
  advance: z.string().optional(),
  person: z.string().optional(),
});
const personBody = z.looseObject({ platform: platformName, name: z.string().min(1).optional() });
const eventBody = z.looseObject({ platform: platformName, event: z.string() });
const switchBody = z.strictObject({ key: z.string(), value: z.string().nullable(), person: z.string().optional() });
const appBody = z.strictObject({
  platform: platformName,
  client_id: z.string().min(1),
  client_secret: z.string().min(1).optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
});
function showPerson(world: World, person: Person): Record<string, unknown> {
  return {
    id: person.id,
    platform: person.platform,
    name: person.name,
    now: new Date(world.clock.now(person.id)).toISOString(),
    ...world.platforms.get(person.platform)?.describePerson(person),
  };
}

function knownPerson(world: World, id: string): Person {
  const person = world.people.find(id);
  if (!person) throw new ControlError(`no person ${id}`, 404);
  return person;
}

export const controlApi =
  (world: World): FastifyPluginAsync =>
  async (app) => {
    homeRoutes(app, world);
    await app.register(
      async (control) => {
        // A form or a plain-text body can be sent by any web page; JSON can't be without the server's leave.
        control.addHook('preValidation', async (request, reply) => {
          const type = request.headers['content-type'] ?? '';
          if (['POST', 'PUT', 'PATCH'].includes(request.method) && !/^application\/json\b/i.test(type)) {
            await reply.code(415).send({ error: 'send application/json' });
          }
        });
        control.setErrorHandler((error, _request, reply: FastifyReply) => {
          if (error instanceof ControlError) return reply.code(error.status).send({ error: error.message });
          const status = (error as { statusCode?: number }).statusCode ?? 500;
          return reply.code(status).send({ error: error instanceof Error ? error.message : 'failed' });
        });
        control.setNotFoundHandler((request, reply) =>
          reply.code(404).send({ error: `no ${request.method} ${request.url} here` }),
        );

        control.get('/clock', (request) => {
          const { person } = parse(z.strictObject({ person: z.string().optional() }), request.query);
          if (person !== undefined) knownPerson(world, person);
          const now = world.clock.now(person);
          return { now: new Date(now).toISOString(), now_ms: now, offset_ms: now - Date.now() };
        });
        control.post('/clock', (request) => {
          const { advance_ms, advance, person } = parse(clockBody, request.body);
          if (person !== undefined) knownPerson(world, person);
          const step = advance_ms ?? duration(advance ?? '');
          if (Math.abs(world.clock.now(person) + step - Date.now()) > FURTHEST_MS)
            throw new ControlError('a clock goes a hundred years at most');
          world.clock.advance(step, person);
          const now = world.clock.now(person);
          return { now: new Date(now).toISOString(), now_ms: now, offset_ms: now - Date.now() };
        });

        control.get('/people', (request) => {
          const { platform } = parse(z.strictObject({ platform: platformName.optional() }), request.query);
          return { data: world.people.list(platform).map((person) => showPerson(world, person)) };
        });
        control.get<{ Params: { id: string } }>('/people/:id', (request) =>
          showPerson(world, knownPerson(world, request.params.id)),
        );
        control.get<{ Params: { id: string } }>('/people/:id/grants', (request) => {
          const person = knownPerson(world, request.params.id);
          return { data: world.platforms.get(person.platform)?.grants?.(person) ?? [] };
        });
        control.get<{ Params: { id: string } }>('/people/:id/posts', (request) => {
          const { limit } = parse(
            z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).optional() }),
            request.query,
          );
          const person = knownPerson(world, request.params.id);
          return { data: world.platforms.get(person.platform)?.posts?.(person, limit ?? 20) ?? [] };
        });
        control.post('/people', (request, reply) => {
          const body = parse(personBody, request.body);
          const platform = world.platforms.get(body.platform);
          if (!platform) throw new ControlError(`platform ${body.platform} is not there`, 404);
          return reply.code(201).send(showPerson(world, platform.createPerson(body)));
        });

        control.post('/events', (request) => {
          const body = parse(eventBody, request.body);
          const events = world.platforms.get(body.platform)?.events ?? {};
          const event = Object.hasOwn(events, body.event) ? events[body.event] : undefined;
          if (!event)
            throw new ControlError(`unknown event; ${body.platform} has ${Object.keys(events).join(', ')}`, 404);
          return event(body);
        });

        control.get('/switches', () => ({ data: world.switches.list() }));
        control.put('/switches', (request) => {
          const { key, value, person } = parse(switchBody, request.body);
          world.switches.set(key, value, person);
          return { data: world.switches.list().filter((entry) => entry.key === key) };
        });

        control.get('/redirect-uris', () => ({ data: world.apps.redirectUris() }));
        control.post('/redirect-uris', (request, reply) => {
          world.apps.allowRedirect(parse(z.strictObject({ uri: z.url() }), request.body).uri);
          return reply.code(201).send({ data: world.apps.redirectUris() });
        });
        control.post('/apps', (request, reply) => {
          const body = parse(appBody, request.body);
          const app = { platform: body.platform, clientId: body.client_id, settings: body.settings ?? {} };
          world.apps.put(body.client_secret === undefined ? app : { ...app, clientSecret: body.client_secret });
          return reply.code(201).send({ platform: body.platform, client_id: body.client_id });
        });

        ledgerRoutes(control, world);
        snapshotRoutes(control, world);
        faultRoutes(control, world);
        tokenRoutes(control, world);
      },
      { prefix: '/_sandbox' },
    );
  };
