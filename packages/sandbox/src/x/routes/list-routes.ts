/** X's lists of posts that belong to a person: what they wrote, and what mentions them (docs/providers/x.md §3.2). */
import type { FastifyInstance } from 'fastify';
import { callOf } from '../../core/call.js';
import type { World } from '../../core/world.js';
import type { Billing } from '../access/billing.js';
import { badParameter, hiddenItem, missingItem } from '../contract/errors.js';
import type { Guard } from '../access/guard.js';
import type { Session } from '../access/session.js';
import { ROUTES, type RouteRule } from '../contract/routes.js';
import { findXPerson, type XPerson } from '../people/people.js';
import { accepted } from '../contract/parameters.js';
import { queryOf, readFields, refuseUnknown, type Fields, type Query } from '../views/fields.js';
import { mentionsOf } from './mentions.js';
import type { PostView } from '../views/post-view.js';
import type { Reader } from '../views/reader.js';
import { mayRead, type Posts } from '../content/posts.js';
import { idPattern } from '../people/ids.js';
import { readPage, readTimeline, type TimelinePage } from './timeline.js';

const mentionNames = [
  'max_results',
  'pagination_token',
  'since_id',
  'until_id',
  'start_time',
  'end_time',
  ...Object.keys(accepted),
];
const timelineNames = [...mentionNames, 'exclude'];

export const readerOf = (session: Session): Reader => ({
  now: session.now,
  ...(session.person ? { person: session.person.id } : {}),
});

export function userId(text: string): string {
  if (!idPattern.test(text)) throw badParameter('id', text, 'is not valid');
  return text;
}

export function listRoutes(
  app: FastifyInstance,
  world: World,
  guard: Guard,
  posts: Posts,
  billing: Billing,
  view: PostView,
): void {
  /** A list of posts that belongs to a person, page by page. */
  const listOf =
    (
      rule: RouteRule,
      names: readonly string[],
      kind: string,
      read: (person: XPerson, query: Query, fields: Fields, reader: Reader) => TimelinePage,
    ) =>
    (request: Parameters<Guard['enter']>[0], reply: Parameters<Guard['enter']>[1]) => {
      const session = guard.enter(request, reply, rule);
      const id = userId(String((request.params as Record<string, string>)['id']));
      const query = queryOf(request.query);
      refuseUnknown(world, query, names, session.person?.id);
      const fields = readFields(query);
      const person = findXPerson(world, id);
      if (!person || person.profile.status === 'deactivated') return { errors: [missingItem('user', 'id', id)] };
      if (!mayRead(world, id, session.person?.id)) return { errors: [hiddenItem('user', 'id', id)] };
      const page = read(person, query, fields, readerOf(session));
      const shown = view.show(page.posts, fields, readerOf(session), 'ids');
      billing.posts(callOf(request), session.client, kind, page.posts, session.now);
      const meta = {
        result_count: shown.data.length,
        ...(shown.data.length > 0 ? { newest_id: page.posts[0]?.id, oldest_id: page.posts.at(-1)?.id } : {}),
        ...(page.nextToken === undefined ? {} : { next_token: page.nextToken }),
        ...(page.previousToken === undefined ? {} : { previous_token: page.previousToken }),
      };
      if (shown.data.length === 0) return { meta };
      return {
        data: shown.data,
        ...(shown.includes ? { includes: shown.includes } : {}),
        ...(shown.errors.length > 0 ? { errors: shown.errors } : {}),
        meta,
      };
    };
  app.get(
    '/2/users/:id/tweets',
    listOf(ROUTES.timeline, timelineNames, 'timeline', (person, query, fields, reader) =>
      readTimeline(world, posts, person, query, fields, reader),
    ),
  );
  app.get(
    '/2/users/:id/mentions',
    listOf(ROUTES.mentions, mentionNames, 'mentions', (person, query, _, reader) =>
      readPage(world, person, query, reader, (indexedBy) => mentionsOf(world, posts, person, reader.person, indexedBy)),
    ),
  );
}
