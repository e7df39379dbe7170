/** What can happen on X's side without the product asking: `POST /_sandbox/events {platform: 'x', event, …}`. */
import { z } from 'zod';
import { parse } from '../../core/requests.js';
import { ControlError } from '../../core/platform.js';
import { asText } from '../../core/values.js';
import type { World } from '../../core/world.js';
import type { Grants } from '../access/grants.js';
import { findByUsername, findXPerson, type XPerson } from '../people/people.js';
import type { Posts } from '../content/posts.js';
import type { Post } from '../content/post.js';
import { compose } from '../routes/write-routes.js';
import { foldText } from '../routes/write-rules.js';
import { announceRevocation } from '../access/revoke-event.js';

type Event = (body: Record<string, unknown>) => Record<string, unknown>;

const base = { platform: z.literal('x'), event: z.string() };

export function xEvents(world: World, grants: Grants, posts: Posts): Record<string, Event> {
  const person = (body: Record<string, unknown>): XPerson => {
    const found = findXPerson(world, asText(body['person']));
    if (!found) throw new ControlError(`no person ${asText(body['person'])} at X`, 404);
    return found;
  };
  const findPost = (id: string): Post => {
    const found = posts.find(id);
    if (!found) throw new ControlError(`no post ${id}`, 404);
    return found;
  };
  const post = (body: Record<string, unknown>): Post => findPost(asText(body['post']));
  const setStatus = (body: Record<string, unknown>, status: XPerson['profile']['status']): Record<string, unknown> => {
    const found = person(body);
    found.profile.status = status;
    world.people.save(found);
    return { person: found.id, status };
  };
  const endGrants = (found: XPerson, client: unknown): { id: string; client: string }[] => {
    const open = grants
      .of(found.id)
      .filter((grant) => grant.state === 'live' && (client === undefined || grant.client === client));
    for (const grant of open) grants.endGrant(grant.id);
    return open;
  };

  return {
    /** The person presses "revoke app permissions": API 401, refresh 400, and the webhook if one is registered. */
    revoke(body) {
      const found = person(body);
      const ended = endGrants(found, body['client']);
      for (const client of new Set(ended.map((grant) => grant.client))) announceRevocation(world, client, found.id);
      return { person: found.id, grants_ended: ended.length };
    },
    /** A changed password logs every app out. */
    change_password(body) {
      const found = person(body);
      return { person: found.id, grants_ended: endGrants(found, undefined).length };
    },
    suspend: (body) => setStatus(body, 'suspended'),
    lock: (body) => setStatus(body, 'locked'),
    deactivate: (body) => setStatus(body, 'deactivated'),
    restore: (body) => setStatus(body, 'active'),
    /** Every access token of the person ends now; refresh tokens live on. */
    expire_access(body) {
      const found = person(body);
      const now = world.clock.now(found.id);
      const { changes } = world.store
        .sql("UPDATE x_tokens SET expires_at = ? WHERE person = ? AND kind = 'at' AND expires_at > ?")
        .run(now, found.id, now);
      return { person: found.id, tokens_expired: Number(changes) };
    },
    rename(body) {
      const { username, name } = parse(
        z.strictObject({
          ...base,
          person: z.string(),
          username: z
            .string()
            .regex(/^[A-Za-z0-9_]{1,15}$/)
            .optional(),
          name: z.string().min(1).optional(),
        }),
        body,
      );
      const found = person(body);
      if (username !== undefined && findByUsername(world, username))
        throw new ControlError(`username ${username} is taken`, 409);
      if (username !== undefined) found.profile.username = username;
      if (name !== undefined) found.name = name;
      world.people.save(found);
      return { person: found.id, username: found.profile.username, name: found.name };
    },
    protect(body) {
      const found = person(body);
      found.profile.protected = body['protected'] !== false;
      world.people.save(found);
      return { person: found.id, protected: found.profile.protected };
    },
    set_subscription(body) {
      const { subscription_type } = parse(
        z.strictObject({
          ...base,
          person: z.string(),
          subscription_type: z.enum(['None', 'Basic', 'Premium', 'PremiumPlus']),
        }),
        body,
      );
      const found = person(body);
      found.profile.subscription_type = subscription_type;
      world.people.save(found);
      return { person: found.id, subscription_type };
    },
    /** The person writes on X itself, past our app. */
    post(body) {
      const { text, in_reply_to } = parse(
        z.strictObject({ ...base, person: z.string(), text: z.string().min(1), in_reply_to: z.string().optional() }),
        body,
      );
      const found = person(body);
      const parent = in_reply_to === undefined ? undefined : findPost(in_reply_to);
      const written = compose(
        found,
        { text, body: {}, parent, quoted: undefined, previous: undefined, media: [] },
        world.clock.now(found.id),
      );
      posts.add(written, foldText(text, parent?.id));
      return { person: found.id, post: written.id };
    },
    delete_post(body) {
      const found = post(body);
      posts.remove(found);
      return { post: found.id, deleted: true };
    },
    /** Multiplies every count of a post from now on; below 1 they fall. */
    counts_fall(body) {
      const { factor } = parse(
        z.strictObject({ ...base, post: z.string(), factor: z.number().nonnegative().default(0.5) }),
        body,
      );
      const found = post(body);
      posts.mark(found.id, { factor });
      return { post: found.id, factor };
    },
    /** Fixes counts by name (`like_count: 12`, `repost_count: 3`), whatever the vocabulary of the answer. */
    set_metrics(body) {
      const { metrics } = parse(
        z.strictObject({ ...base, post: z.string(), metrics: z.record(z.string(), z.number()) }),
        body,
      );
      const found = post(body);
      posts.mark(found.id, { metrics });
      return { post: found.id, metrics };
    },
  };
}
