/** X's writing routes: create and delete a post (docs/providers/x.md §4). */
import type { FastifyInstance } from 'fastify';
import { callOf } from '../../core/call.js';
import { seedOf } from '../../core/random.js';
import type { World } from '../../core/world.js';
import { charge, prices } from '../access/billing.js';
import { badParameter, forbidden } from '../contract/errors.js';
import type { Guard } from '../access/guard.js';
import { ROUTES } from '../contract/routes.js';
import type { MediaStore } from '../content/media.js';
import type { XPerson } from '../people/people.js';
import type { Post } from '../content/post.js';
import type { Posts } from '../content/posts.js';
import { idPattern, writtenId } from '../people/ids.js';
import { attachMediaLink, cutByWeight, publishText, weightedLength } from '../content/text.js';
import { readPostBody, type PostBody } from './write-body.js';
import {
  checkDuplicate,
  checkEdit,
  checkMedia,
  checkQuote,
  checkReply,
  checkText,
  foldText,
  plainLimit,
} from './write-rules.js';

export function writeRoutes(app: FastifyInstance, world: World, guard: Guard, posts: Posts, media: MediaStore): void {
  app.post('/2/tweets', (request, reply) => {
    const session = guard.enter(request, reply, ROUTES.create);
    const person = session.person as XPerson;
    const body = readPostBody(request.body);
    const text = body.text ?? '';
    checkText(world, person, text);
    const items = checkMedia(world, media, person, body).filter((item) => item !== undefined);
    const parent = checkReply(posts, person, body.reply?.in_reply_to_tweet_id);
    const quoted = checkQuote(world, posts, session, person, body.quote_tweet_id);
    const previous = checkEdit(posts, person, body.edit_options?.previous_post_id, session.now);
    const fold = foldText(text, parent?.id);
    if (!previous) checkDuplicate(world, posts, person, fold, session.now);
    const post = compose(person, { text, body, parent, quoted, previous, media: items }, session.now);
    if (previous) posts.addVersion(post, fold);
    else posts.add(post, fold);
    media.markUsed(items.map((item) => item.id));
    const call = callOf(request);
    call.created.push(post.id);
    charge(call, post.entities.urls.some((url) => url.media_key === undefined) ? prices.createWithUrl : prices.create);
    void reply.code(201);
    const blank = world.switches.get('x.created_history', person.id) === 'blank';
    const history = world.switches.get('x.created_history_key', person.id);
    return { data: { id: post.id, text: post.text, [history]: blank ? [''] : post.versions } };
  });

  app.delete<{ Params: { id: string } }>('/2/tweets/:id', (request, reply) => {
    const session = guard.enter(request, reply, ROUTES.remove);
    const { id } = request.params;
    if (!idPattern.test(id)) throw badParameter('id', id, 'is not valid');
    const post = posts.find(id);
    if (post && post.author !== session.person?.id) throw forbidden('You are not authorized to delete this Tweet.');
    if (!post && world.switches.get('x.delete_missing', session.person?.id) === 'forbidden') throw forbidden();
    if (post) posts.remove(post);
    charge(callOf(request), prices.delete);
    return { data: { deleted: true } };
  });
}

interface Draft {
  text: string;
  body: Pick<PostBody, 'reply_settings' | 'poll'>;
  parent: Post | undefined;
  quoted: Post | undefined;
  previous: Post | undefined;
  media: { id: string; key: string; type: 'photo' | 'video' | 'animated_gif'; alt?: string }[];
}

/** Builds the post a draft becomes; also used for posts a person writes on X itself. */
export function compose(person: XPerson, draft: Draft, now: number): Post {
  const createdAt = Math.floor(now / 1000) * 1000;
  const id = writtenId(now);
  const full = publishText(draft.text, id);
  const long = weightedLength(draft.text) > plainLimit;
  const published = long ? publishText(cutByWeight(draft.text, plainLimit), id) : full;
  const first = draft.media[0];
  if (first)
    attachMediaLink(
      published,
      `https://x.com/${person.profile.username}/status/${id}/${first.type === 'photo' ? 'photo' : 'video'}/1`,
      first.key,
    );
  const ref = draft.parent ?? draft.quoted;
  return {
    id,
    author: person.id,
    createdAt,
    ...published,
    ...(long ? { longText: full.text } : {}),
    kind: draft.parent ? 'reply' : draft.quoted ? 'quote' : 'post',
    ...(ref ? { ref: { id: ref.id, author: ref.author } } : {}),
    conversation: draft.previous?.conversation ?? draft.parent?.conversation ?? id,
    media: draft.media.map(({ id: mediaId, key, type, alt }) => ({
      key,
      type,
      url: `https://pbs.twimg.com/media/${mediaId}.jpg`,
      width: 1200,
      height: 900,
      ...(type === 'photo' ? {} : { durationMs: 12_000 }),
      ...(alt === undefined ? {} : { alt }),
    })),
    replySettings: draft.body.reply_settings ?? 'everyone',
    versions: [...(draft.previous?.versions ?? []), id],
    lang: 'en',
    promoted: false,
    ...(draft.body.poll
      ? { poll: { id, options: draft.body.poll.options, minutes: draft.body.poll.duration_minutes } }
      : {}),
    seed: draft.previous?.seed ?? seedOf(id),
  };
}
