/** Serves the page at `/` and does what its buttons say. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sameSecret } from '../core/apps.js';
import { pageHeaders } from '../core/html.js';
import { ControlError } from '../core/platform.js';
import { randomToken } from '../core/random.js';
import { asRecord, asText } from '../core/values.js';
import type { World } from '../core/world.js';
import { duration } from '../core/requests.js';
import { HOME_SCRIPT, homePage } from './home-page.js';
import { homeScript } from './home-script.js';

export function homeRoutes(app: FastifyInstance, world: World): void {
  // A form elsewhere can post here but can't read this page, so it does not know the token.
  const token = randomToken(16);

  function act(fields: Record<string, unknown>): string {
    const person = world.people.find(asText(fields['person']));
    if (!person) throw new ControlError('no person of that id', 404);
    const advance = asText(fields['advance']);
    if (advance !== '') {
      world.clock.advance(duration(advance), person.id);
      return `The clock of ${person.name} went ${advance} ahead.`;
    }
    const platform = world.platforms.get(person.platform);
    const event = asText(fields['event']);
    const offered = [...(platform?.buttons ?? []), ...(platform?.postButtons ?? [])].some(
      (button) => button.event === event,
    );
    if (!platform || !offered) throw new ControlError('no such button');
    const post = asText(fields['post']);
    const body = { platform: person.platform, event, ...(post === '' ? { person: person.id } : { post }) };
    return `${event}: ${JSON.stringify(platform.events[event]?.(body))}`;
  }

  app.get(HOME_SCRIPT, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(homeScript));

  app.get('/', (request: FastifyRequest, reply: FastifyReply) => {
    const { person, said } = asRecord(request.query);
    return reply
      .headers(pageHeaders([], true))
      .send(
        homePage(
          world,
          token,
          world.people.find(asText(person)),
          typeof said === 'string' ? said.slice(0, 500) : undefined,
        ),
      );
  });

  app.post('/', (request: FastifyRequest, reply: FastifyReply) => {
    const fields = asRecord(request.body);
    if (!sameSecret(asText(fields['token']), token))
      return reply.code(403).type('text/plain').send('This form is not from this page. Reload it.');
    let said: string;
    try {
      said = act(fields);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      said = error.message;
    }
    return reply.redirect(`/?${new URLSearchParams({ person: asText(fields['person']), said }).toString()}`, 303);
  });
}
