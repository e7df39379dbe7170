/** What X refuses to publish, and in which words (docs/providers/x.md §4.1–4.2). */
import type { World } from '../../core/world.js';
import { clientNotEnrolled, forbidden, invalidRequest, problem, problemUrl, XRefusal } from '../contract/errors.js';
import type { Session } from '../access/session.js';
import type { MediaStore } from '../content/media.js';
import type { XPerson } from '../people/people.js';
import type { Post } from '../content/post.js';
import type { Posts } from '../content/posts.js';
import { idPattern } from '../people/ids.js';
import { publishText, weightedLength } from '../content/text.js';
import type { PostBody } from './write-body.js';

export const plainLimit = 280;
const premiumLimit = 25_000;

export const lengthLimit = (person: XPerson): number =>
  person.profile.subscription_type === 'None' ? plainLimit : premiumLimit;

export function checkText(world: World, person: XPerson, text: string): void {
  if (weightedLength(text) > lengthLimit(person)) {
    const detail =
      'Your Tweet text is too long. For more information on how Twitter determines text length see https://github.com/twitter/twitter-text.';
    throw world.switches.get('x.too_long', person.id) === '400'
      ? invalidRequest([{ message: detail }])
      : forbidden(detail);
  }
  if (publishText(text, '').entities.cashtags.length > 1)
    throw forbidden('Your post exceeds the maximum of one cashtag.');
  if (/https?:\/\/(?:[\s/]|$)|https?:\/\/[^\s/.]+(?=\s|$)/.test(text))
    throw forbidden('The Tweet contains an invalid URL.');
}

const policy = (): XRefusal =>
  new XRefusal(
    problem(
      403,
      'Forbidden',
      'You can only reply to or quote posts where you are mentioned or are the author.',
      problemUrl('not-authorized-for-resource'),
    ),
  );

const concerns = (post: Post, person: XPerson): boolean =>
  post.author === person.id ||
  post.entities.mentions.some(({ username }) => username.toLowerCase() === person.profile.username.toLowerCase());

/** The post replied to. Since February 2026 one may reply only where one is the author or mentioned. */
export function checkReply(posts: Posts, person: XPerson, id: string | undefined): Post | undefined {
  if (id === undefined) return undefined;
  if (!idPattern.test(id))
    throw invalidRequest([
      { parameters: { 'reply.in_reply_to_tweet_id': [id] }, message: 'Your reply tweet ID is invalid.' },
    ]);
  const parent = posts.find(id);
  if (!parent) throw forbidden('You attempted to reply to a Tweet that is deleted or not visible to you.');
  if (!concerns(parent, person)) throw policy();
  return parent;
}

export function checkQuote(
  world: World,
  posts: Posts,
  session: Session,
  person: XPerson,
  id: string | undefined,
): Post | undefined {
  if (id === undefined) return undefined;
  if (world.switches.get('x.quotes', person.id) === 'refuse')
    throw new XRefusal(clientNotEnrolled(session.client), true);
  const quoted = posts.find(id);
  if (!quoted || !concerns(quoted, person)) throw policy();
  return quoted;
}

/** Media must be the author's, unexpired and ready; four photos, or one GIF, or one video. */
export function checkMedia(
  world: World,
  store: MediaStore,
  person: XPerson,
  body: PostBody,
): ReturnType<MediaStore['usable']>[] {
  const ids = body.media?.media_ids ?? [];
  const items = ids.map((id) => store.usable(id, person.id));
  const kinds = items.map((item) => item?.type);
  const mixed = kinds.some((kind) => kind !== 'photo') && kinds.length > 1;
  if (items.some((item) => !item) || mixed || new Set(ids).size < ids.length) {
    throw invalidRequest([{ parameters: { 'media.media_ids': ids }, message: 'Your media IDs are invalid.' }]);
  }
  if (kinds.includes('video') && world.switches.get('x.video_length', person.id) === 'too_long') {
    throw forbidden('This user is not allowed to post a video longer than 2 minutes.');
  }
  return items;
}

const editWindow = 1_800_000;

export function checkEdit(posts: Posts, person: XPerson, id: string | undefined, now: number): Post | undefined {
  if (id === undefined) return undefined;
  const previous = posts.find(id);
  const late = previous && now - previous.createdAt > editWindow;
  if (
    !previous ||
    previous.author !== person.id ||
    person.profile.subscription_type === 'None' ||
    late ||
    previous.versions.length > 5
  )
    throw forbidden();
  return previous;
}

/** Identical text by the same person under the same parent; a sign or a space that differs makes it another. Media alone is never a duplicate. */
export const foldText = (text: string, parent: string | undefined): string =>
  `${parent ?? ''} ${text.normalize('NFC').trim()}`;

export function checkDuplicate(world: World, posts: Posts, person: XPerson, fold: string, now: number): void {
  if (fold.endsWith(' ') || world.switches.get('x.duplicates', person.id) === 'allow') return;
  if (posts.wroteSince(person.id, fold, now - 86_400_000))
    throw forbidden('You are not allowed to create a Tweet with duplicate content.');
}
