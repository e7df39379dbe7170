/** The posts a person had before the sandbox met them: computed from the seed, found by id or position in constant time, never stored. */
import { fraction, mix, pick } from '../../core/random.js';
import type { World } from '../../core/world.js';
import { findXPerson, type XPerson } from '../people/people.js';
import type { Post, PostMedia } from './post.js';
import { padId, seededId, seededOrdinal, timeOfId } from '../people/ids.js';
import { attachMediaLink, publishText, repeatText } from './text.js';

const second = 1000;
/** The newest seeded post is between one and a few hours old when its person is made. */
const firstAge = 3_600_000;

const gapOf = (person: XPerson): number =>
  Math.max(1, Math.floor((person.profile.days * 86_400) / Math.max(1, person.profile.posts))) * second;

/** Positions count from the newest, 0. Each post falls somewhere in its own gap, so times and positions follow from each other. */
function timeAt(person: XPerson, index: number): number {
  const gap = gapOf(person);
  const jitter = Math.floor(fraction(person.profile.seed, index, 21) * (gap / second)) * second;
  return person.createdAt - firstAge - index * gap - jitter;
}

export const seededCount = (person: XPerson): number => person.profile.posts;

export const seededIdAt = (person: XPerson, index: number): string => seededId(timeAt(person, index), person.ordinal);

/** The position of the newest seeded post whose id is below `id`; may be past the end. */
export function firstIndexBelow(person: XPerson, id: string): number {
  const bound = BigInt(id);
  let index = Math.max(0, Math.floor((person.createdAt - firstAge - timeOfId(id)) / gapOf(person)) - 1);
  while (index < person.profile.posts && BigInt(seededIdAt(person, index)) >= bound) index += 1;
  return index;
}

/** The seeded post of that id, or undefined when no person has it. */
export function seededById(world: World, id: string): Post | undefined {
  const ordinal = seededOrdinal(id);
  const owner = ordinal === undefined ? undefined : world.people.byOrdinal(ordinal);
  const person = owner && findXPerson(world, owner.id);
  if (!person) return undefined;
  const index = Math.floor((person.createdAt - firstAge - timeOfId(id)) / gapOf(person));
  if (index < 0 || index >= person.profile.posts || seededIdAt(person, index) !== id) return undefined;
  return seededAt(world, person, index);
}

const openings = [
  'Notes from the workshop',
  'Small thing I learned today',
  'This week on the bench',
  'A question for the group',
  'Before and after',
  'Behind the scenes',
  'Reminder to myself',
  'Slow morning, good light',
];
const middles = [
  'glaze tests came out better than feared',
  'the route by the river is open again',
  'three new colours, one clear favourite',
  'sketches & lists, mostly lists',
  'we ship on Thursday if the kiln behaves',
  'bread > meetings',
  'a map drawn by hand still wins',
  'thanks to everyone who came by',
];
const tags = ['#ceramics', '#makers', '#cycling', '#maps', '#smallbusiness', ''];

type Kind = 'plain' | 'link' | 'photo' | 'video' | 'reply' | 'quote' | 'repost';

function kindAt(person: XPerson, index: number): Kind {
  const roll = fraction(person.profile.seed, index, 22);
  if (roll < 0.08) return 'repost';
  if (roll < 0.16) return 'reply';
  if (roll < 0.2) return 'quote';
  if (roll < 0.4) return 'link';
  if (roll < 0.6) return 'photo';
  return roll < 0.67 ? 'video' : 'plain';
}

/** Somebody else's seeded post that is older than this one: what replies, quotes and reposts refer to. */
function reference(
  world: World,
  person: XPerson,
  time: number,
  index: number,
): { index: number; author: XPerson } | undefined {
  const other = findXPerson(world, person.id === '1111111111' ? '1222222222' : '1111111111');
  if (!other) return undefined;
  let at = Math.max(
    0,
    Math.floor((other.createdAt - firstAge - time) / gapOf(other)) + 1 + (mix(person.profile.seed, index, 23) % 5),
  );
  // A repost is never itself referred to: X takes its original instead.
  while (kindAt(other, at) === 'repost') at += 1;
  return at < other.profile.posts ? { index: at, author: other } : undefined;
}

// A page that is read again costs a look-up instead of a computation. Emptied when full: its posts can always be computed.
const composed = new WeakMap<World, Map<string, Post>>();
const composedLimit = 5000;

export function seededAt(world: World, person: XPerson, index: number): Post {
  let posts = composed.get(world);
  if (!posts) composed.set(world, (posts = new Map()));
  const key = `${person.id} ${person.profile.username} ${index}`;
  let post = posts.get(key);
  if (!post) {
    if (posts.size >= composedLimit) posts.clear();
    posts.set(key, (post = composeAt(world, person, index)));
  }
  return post;
}

function composeAt(world: World, person: XPerson, index: number): Post {
  const { seed, username } = person.profile;
  const createdAt = timeAt(person, index);
  const id = seededId(createdAt, person.ordinal);
  const kind = kindAt(person, index);
  const target = ['reply', 'quote', 'repost'].includes(kind) ? reference(world, person, createdAt, index) : undefined;
  const ref = target && { id: seededIdAt(target.author, target.index), author: target.author };
  const number = person.profile.posts - index;
  let raw =
    `${pick(openings, seed, index, 24)}, no. ${number}: ${pick(middles, seed, index, 25)} ${pick(tags, seed, index, 26)}`.trim();
  if (kind === 'link') raw += ` https://shop.example/notes/${number}?from=x`;
  if (ref && kind === 'reply') raw = `@${ref.author.profile.username} ${raw}`;
  if (ref && kind === 'quote') raw += ` https://x.com/${ref.author.profile.username}/status/${ref.id}`;
  const published =
    target && kind === 'repost'
      ? repeatText(target.author.profile.username, seededAt(world, target.author, target.index))
      : publishText(raw, id);
  const media = mediaAt(kind, id, seed, index);
  const first = media[0];
  if (first)
    attachMediaLink(
      published,
      `https://x.com/${username}/status/${id}/${first.type === 'photo' ? 'photo' : 'video'}/1`,
      first.key,
    );
  return {
    id,
    author: person.id,
    createdAt,
    ...published,
    kind: ref ? (kind as 'reply' | 'quote' | 'repost') : 'post',
    ...(ref ? { ref: { id: ref.id, author: ref.author.id } } : {}),
    conversation: ref && kind === 'reply' ? ref.id : id,
    media,
    replySettings: 'everyone',
    versions: [id],
    lang: 'en',
    promoted: false,
    index,
    seed: mix(seed, index, 27),
  };
}

function mediaAt(kind: Kind, id: string, seed: number, index: number): PostMedia[] {
  if (kind === 'video') {
    const durationMs = 5000 + (mix(seed, index, 28) % 60_000);
    return [
      {
        key: `13_${id}`,
        type: 'video',
        url: `https://pbs.twimg.com/ext_tw_video_thumb/${id}/img/a.jpg`,
        width: 1280,
        height: 720,
        durationMs,
      },
    ];
  }
  if (kind !== 'photo') return [];
  const several = 1 + (mix(seed, index, 29) % 3 === 0 ? 1 : 0);
  return Array.from({ length: several }, (_, n) => ({
    key: `3_${BigInt(id) + BigInt(n)}`,
    type: 'photo' as const,
    url: `https://pbs.twimg.com/media/${padId(id).slice(-12)}${n}.jpg`,
    width: 1200,
    height: 900,
    ...(n === 0 ? { alt: 'A bowl on a wooden table' } : {}),
  }));
}
