/** X's reading routes: people, timelines, posts by id (docs/providers/x.md §3). */
import type { FastifyInstance } from 'fastify';
import { callOf } from '../../core/call.js';
import type { World } from '../../core/world.js';
import { clientNotEnrolled, hiddenItem, missingItem, XRefusal } from '../contract/errors.js';
import type { Guard } from '../access/guard.js';
import type { Session } from '../access/session.js';
import { ROUTES } from '../contract/routes.js';
import type { Billing } from '../access/billing.js';
import { findByUsername, findXPerson, type XPerson } from '../people/people.js';
import { showUser } from '../views/user-view.js';
import { accepted, userExpansions } from '../contract/parameters.js';
import { queryOf, readFields, readIds, refuseUnknown, type Query } from '../views/fields.js';
import { PostView } from '../views/post-view.js';
import { mayRead, type Posts } from '../content/posts.js';
import type { Post } from '../content/post.js';
import { idPattern } from '../people/ids.js';
import { listRoutes, readerOf, userId } from './list-routes.js';

const userFields = {
  'user.fields': accepted['user.fields'] ?? [],
  expansions: userExpansions,
  'tweet.fields': accepted['tweet.fields'] ?? [],
  'post.fields': accepted['post.fields'] ?? [],
};
const fieldNames = Object.keys(accepted);
export function readRoutes(app: FastifyInstance, world: World, guard: Guard, posts: Posts, billing: Billing): void {
  const view = new PostView(world, posts);

  const answerUser = (session: Session, person: XPerson, query: Query): Record<string, unknown> => {
    const { user: fields } = readFields(query, userFields);
    // Asked for without its scope, the address is left out like any field that has no value.
    if (!session.scopes.includes('users.email')) fields.delete('confirmed_email');
    return { data: showUser(world, posts, person, fields, session.person?.id) };
  };

  app.get('/2/users/me', (request, reply) => {
    const session = guard.enter(request, reply, ROUTES.me);
    const query = queryOf(request.query);
    refuseUnknown(world, query, Object.keys(userFields), session.person?.id);
    const person = session.person as XPerson;
    const answer = answerUser(session, person, query);
    billing.users(callOf(request), session.client, 'me', [person.id], session.now);
    return answer;
  });

  const userBy =
    (parameter: 'id' | 'username', find: (value: string) => XPerson | undefined) =>
    (request: Parameters<Guard['enter']>[0], reply: Parameters<Guard['enter']>[1]) => {
      const session = guard.enter(request, reply, ROUTES.user);
      const value = String((request.params as Record<string, string>)[parameter]);
      const query = queryOf(request.query);
      refuseUnknown(world, query, Object.keys(userFields), session.person?.id);
      const person = find(value);
      if (!person || person.profile.status === 'deactivated')
        return { errors: [missingItem('user', parameter, value)] };
      const answer = answerUser(session, person, query);
      billing.users(callOf(request), session.client, 'users', [person.id], session.now);
      return answer;
    };
  app.get(
    '/2/users/by/username/:username',
    userBy('username', (name) => findByUsername(world, name)),
  );
  app.get(
    '/2/users/:id',
    userBy('id', (id) => findXPerson(world, userId(id))),
  );

  /** Several people at once: those that are missing are partial errors. */
  const usersBy =
    (parameter: 'ids' | 'usernames', pattern: RegExp, find: (value: string) => XPerson | undefined) =>
    (request: Parameters<Guard['enter']>[0], reply: Parameters<Guard['enter']>[1]) => {
      const session = guard.enter(request, reply, ROUTES.user);
      const query = queryOf(request.query);
      refuseUnknown(world, query, [parameter, ...Object.keys(userFields)], session.person?.id);
      const data: unknown[] = [];
      const errors: unknown[] = [];
      const found: string[] = [];
      for (const value of readIds(query, parameter, pattern)) {
        const person = find(value);
        if (!person || person.profile.status === 'deactivated') errors.push(missingItem('user', parameter, value));
        else {
          found.push(person.id);
          data.push(answerUser(session, person, query)['data']);
        }
      }
      billing.users(callOf(request), session.client, 'users', found, session.now);
      return { ...(data.length > 0 ? { data } : {}), ...(errors.length > 0 ? { errors } : {}) };
    };
  app.get(
    '/2/users/by',
    usersBy('usernames', /^[A-Za-z0-9_]{1,15}$/, (name) => findByUsername(world, name)),
  );
  app.get(
    '/2/users',
    usersBy('ids', idPattern, (id) => findXPerson(world, id)),
  );

  listRoutes(app, world, guard, posts, billing, view);

  app.get('/2/tweets', (request, reply) => {
    const session = guard.enter(request, reply, ROUTES.posts);
    const query = queryOf(request.query);
    refuseUnknown(world, query, ['ids', ...fieldNames], session.person?.id);
    const ids = readIds(query, 'ids', idPattern);
    const { found, errors } = lookUp(ids, session, 'ids');
    const shown = view.show(found, readFields(query), readerOf(session), 'ids');
    billing.posts(callOf(request), session.client, 'lookup', found, session.now);
    const all = [...errors, ...shown.errors];
    return {
      ...(shown.data.length > 0 ? { data: shown.data } : {}),
      ...(shown.includes ? { includes: shown.includes } : {}),
      ...(all.length > 0 ? { errors: all } : {}),
    };
  });

  const notEnrolled = (request: Parameters<Guard['enter']>[0], reply: Parameters<Guard['enter']>[1]): never => {
    const session = guard.enter(request, reply, ROUTES.analytics);
    throw new XRefusal(clientNotEnrolled(session.client), true);
  };
  app.get('/2/tweets/analytics', notEnrolled);
  app.get('/2/media/analytics', notEnrolled);

  app.get<{ Params: { id: string } }>('/2/tweets/:id', (request, reply) => {
    const session = guard.enter(request, reply, ROUTES.post);
    const query = queryOf(request.query);
    refuseUnknown(world, query, fieldNames, session.person?.id);
    const id = userId(request.params.id);
    const fields = readFields(query);
    const { found, errors } = lookUp([id], session, 'id');
    const shown = view.show(found, fields, readerOf(session), 'id');
    billing.posts(callOf(request), session.client, 'lookup', found, session.now);
    const all = [...errors, ...shown.errors];
    return {
      ...(shown.data[0] ? { data: shown.data[0] } : {}),
      ...(shown.includes ? { includes: shown.includes } : {}),
      ...(all.length > 0 ? { errors: all } : {}),
    };
  });

  function lookUp(
    ids: readonly string[],
    session: Session,
    parameter: string,
  ): { found: Post[]; errors: Record<string, unknown>[] } {
    const found: Post[] = [];
    const errors: Record<string, unknown>[] = [];
    for (const id of ids) {
      const post = posts.find(id);
      if (!post) errors.push(missingItem('tweet', parameter, id));
      else if (!mayRead(world, post.author, session.person?.id)) errors.push(hiddenItem('tweet', parameter, id));
      else found.push(post);
    }
    return { found, errors };
  }
}
