/** The control API's part for fault rules. */
import type { FastifyInstance } from 'fastify';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { effects } from '../core/fault-rules.js';
import { ControlError } from '../core/platform.js';
import type { World } from '../core/world.js';
import { parse, platformName } from '../core/requests.js';

/** What Node could not send would end the process as it is sent. */
const headers = z.record(z.string(), z.string()).superRefine((given, context) => {
  for (const [name, value] of Object.entries(given)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      context.addIssue(`${JSON.stringify(name)} and its value cannot be a header`);
    }
  }
});
const location = z.string().regex(/^[\x21-\x7e]*$/, 'has to be an address in ASCII');

const faultBody = z.strictObject({
  effect: z.enum(effects),
  platform: platformName.optional(),
  method: z.string().optional(),
  path: z.string().startsWith('/').optional(),
  token: z.string().optional(),
  person: z.string().optional(),
  client: z.string().optional(),
  when: z.record(z.string(), z.string()).optional(),
  nth: z.number().int().positive().optional(),
  times: z.number().int().nonnegative().optional(),
  ms: z.number().int().nonnegative().optional(),
  status: z.number().int().min(200).max(599).optional(),
  headers: headers.optional(),
  body: z.unknown().optional(),
  bytes: z.number().int().positive().max(2_000_000_000).optional(),
  location: location.optional(),
  preset: z.string().optional(),
  mode: z.enum(['endless', 'repeating']).optional(),
});

export function faultRoutes(control: FastifyInstance, world: World): void {
  control.get('/faults', () => ({ data: world.faults.list() }));
  control.post('/faults', (request, reply) => {
    const rule = parse(faultBody, request.body);
    if (rule.effect === 'preset') {
      const presets = world.platforms
        .list()
        .filter(({ name }) => rule.platform === undefined || rule.platform === name)
        .flatMap((platform) => Object.keys(platform.presets));
      if (!presets.includes(rule.preset ?? ''))
        throw new ControlError(`preset is one of ${[...new Set(presets)].join(', ')}`);
    }
    return reply.code(201).send(world.faults.add(rule));
  });
  control.post<{ Params: { id: string } }>('/faults/:id/release', (request) => {
    if (!world.faults.release(Number(request.params.id)))
      throw new ControlError(`no fault rule ${request.params.id}`, 404);
    return { released: Number(request.params.id) };
  });
  control.delete('/faults', (request) => {
    const { person } = parse(z.strictObject({ person: z.string().optional() }), request.query);
    return { removed: world.faults.remove({ person }) };
  });
  control.delete<{ Params: { id: string } }>('/faults/:id', (request) => ({
    removed: world.faults.remove({ id: Number(request.params.id) }),
  }));
}
