/** What X declares to the core: its paths, callers, people, events and refusals. */
import type { FastifyRequest } from 'fastify';
import { bearerToken } from '../../core/call.js';
import type { Caller, Platform } from '../../core/platform.js';
import type { World } from '../../core/world.js';
import type { Billing } from '../access/billing.js';
import type { Grants } from '../access/grants.js';
import type { Posts } from '../content/posts.js';
import { seededIdAt } from '../content/seeded-posts.js';
import { highestId } from '../people/ids.js';
import { createXPerson, type XPerson } from '../people/people.js';
import { distortPaging } from '../routes/timeline.js';
import { xEvents } from './events.js';
import { xPresets } from './presets.js';

export interface XParts {
  readonly grants: Grants;
  readonly posts: Posts;
  readonly billing: Billing;
}

export function xAsPlatform(world: World, { grants, posts, billing }: XParts): Platform {
  return {
    name: 'x',
    owns: (path) => path.startsWith('/2/') || path.startsWith('/i/') || path.startsWith('/oauth2/'),
    createPerson: (body) => createXPerson(world, body),
    describePerson(person) {
      const { username, posts: count, status, subscription_type } = (person as XPerson).profile;
      const seeded = Math.min(3, count);
      return {
        username,
        posts: posts.count(person as XPerson),
        status,
        subscription_type,
        newest_posts: Array.from({ length: seeded }, (_, i) => seededIdAt(person as XPerson, i)),
      };
    },
    identify: (request) => identify(grants, request),
    events: xEvents(world, grants, posts),
    presets: xPresets,
    buttons: [
      { label: 'Revoke the app', event: 'revoke' },
      { label: 'Expire access tokens', event: 'expire_access' },
      { label: 'Suspend', event: 'suspend' },
      { label: 'Lock', event: 'lock' },
      { label: 'Make active again', event: 'restore' },
    ],
    postButtons: [
      { label: 'Delete', event: 'delete_post' },
      { label: 'Halve its counts', event: 'counts_fall' },
    ],
    distortPaging: (body, mode, request) => distortPaging(world, body, mode, request),
    grants: (person) =>
      grants.of(person.id).map((grant) => ({
        id: grant.id,
        client: grant.client,
        state: grant.state,
        detail: `${grant.scope}, since ${new Date(grant.created_at).toISOString()}`,
      })),
    posts(person, limit) {
      const shown = [];
      for (const post of posts.older(person as XPerson, highestId, world.clock.now(person.id))) {
        if (
          shown.push({
            id: post.id,
            createdAt: new Date(post.createdAt).toISOString(),
            text: post.text,
            detail: post.kind,
          }) >= limit
        )
          break;
      }
      return shown;
    },
    flush: () => billing.flush(),
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The person and app of a call, by any secret it carries, valid or not: fault rules and the ledger need them in any case. */
function identify(grants: Grants, request: FastifyRequest): Caller | undefined {
  const body = (typeof request.body === 'object' && request.body !== null ? request.body : {}) as Record<
    string,
    unknown
  >;
  const secret = bearerToken(request) ?? text(body['refresh_token']) ?? text(body['token']);
  if (secret !== undefined) {
    const token = grants.find(secret);
    return token ? { person: token.person, client: token.client, token: secret } : { token: secret };
  }
  const code = grants.findCode(text(body['code']) ?? '');
  return code ? { person: code.person, client: code.client } : undefined;
}
