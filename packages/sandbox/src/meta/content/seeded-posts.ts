/** Seeded posts of a Page: text, time and kind follow from the Page's serial and the post's index; none is stored. */
import type { Page } from '../people/rows.js';
import { makeId, makeOwnedId, readId, readOwnedId } from '../people/ids.js';
import { between, chance, pick } from '../../core/chance.js';

export type PostKind = 'text' | 'photo' | 'link' | 'video' | 'reel';

/** A published (or scheduled) post of a Page, computed or created by a client. */
export interface PagePost {
  readonly id: string;
  readonly pageId: string;
  readonly kind: PostKind;
  readonly message: string | undefined;
  readonly link: string | undefined;
  readonly photos: readonly string[];
  readonly videoId: string | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly published: boolean;
  readonly scheduledAt: number | undefined;
  /** Where the post's numbers are drawn from. */
  readonly key: string;
  /** The app that made it; undefined for seeded posts. Only its own posts may an app edit. */
  readonly appId: string | undefined;
}

const HOUR = 3_600_000;
const TWO_YEARS = 700 * 24 * HOUR;

/** One about every nine hours before the owner was created, denser where two years would not hold them. */
const strideOf = (count: number): number => Math.min(9 * HOUR, TWO_YEARS / Math.max(1, count));

/** When item `index` of `count` was published. */
export function seededTime(key: string, index: number, count: number, ownerCreatedAt: number): number {
  const time = ownerCreatedAt - (count - index + 0.05 + 0.9 * chance(`${key}/time`)) * strideOf(count);
  return Math.floor(time / 1000) * 1000;
}

/** The highest rank (index less one) whose time can be `until` or earlier. */
export const seededRankAt = (until: number, count: number, ownerCreatedAt: number): number =>
  Math.ceil(count - (ownerCreatedAt - until) / strideOf(count)) + 1;

/** Index 1 is the oldest. */
export function seededPost(page: Page, index: number): PagePost {
  const key = `post/${page.serial}/${index}`;
  const kind = pick(`${key}/kind`, ['photo', 'photo', 'photo', 'text', 'text', 'link', 'video'] as const);
  const createdAt = seededTime(key, index, page.posts, page.createdAt);
  // A media-only post carries no `message` at all.
  const silent = kind === 'photo' && chance(`${key}/silent`) < 0.15;
  return {
    id: `${page.id}_${makeId('postNumber', index)}`,
    pageId: page.id,
    kind,
    message: silent ? undefined : sentence(key, page.name),
    link: kind === 'link' ? `https://example.com/${page.username}/${index}` : undefined,
    photos: kind === 'photo' ? [makeId('photo', page.serial * 1000 + (index % 1000))] : [],
    videoId: undefined,
    createdAt,
    updatedAt: createdAt,
    published: true,
    scheduledAt: undefined,
    key,
    appId: undefined,
  };
}

/** Reels are videos of their own: they are not in the feed, and their post id is `{page}_{video}`. */
export function seededReel(page: Page, index: number): PagePost {
  const key = `reel/${page.serial}/${index}`;
  const videoId = makeOwnedId('video', page.serial, index);
  const createdAt = seededTime(key, index, page.reels, page.createdAt);
  return {
    id: `${page.id}_${videoId}`,
    pageId: page.id,
    kind: 'reel',
    message: sentence(key, page.name),
    link: undefined,
    photos: [],
    videoId,
    createdAt,
    updatedAt: createdAt,
    published: true,
    scheduledAt: undefined,
    key,
    appId: undefined,
  };
}

/** The computed post behind a post number or reel id of this Page. */
export function seededPostByNumber(page: Page, number: string): PagePost | undefined {
  const index = readId('postNumber', number);
  if (index !== undefined) return index >= 1 && index <= page.posts ? seededPost(page, index) : undefined;
  const reel = readOwnedId('video', number);
  if (reel === undefined || reel.owner !== page.serial) return undefined;
  return reel.index >= 1 && reel.index <= page.reels ? seededReel(page, reel.index) : undefined;
}

const OPENINGS = [
  'This week',
  'New today',
  'Behind the scenes',
  'Thank you all',
  'Save the date',
  'Back by request',
] as const;
const MIDDLES = [
  'we opened early for',
  'we are celebrating',
  'come and see',
  'a short note about',
  'our favourite part was',
] as const;
const ENDINGS = [
  'the spring menu',
  'a quiet morning',
  'our neighbours',
  'the new season',
  'the first hundred guests',
] as const;

export function sentence(key: string, who: string): string {
  const tag = chance(`${key}/tag`) < 0.4 ? ` #${who.split(' ')[0]?.toLowerCase()}${between(`${key}/n`, 1, 99)}` : '';
  return `${pick(`${key}/a`, OPENINGS)}: ${pick(`${key}/b`, MIDDLES)} ${pick(`${key}/c`, ENDINGS)}.${tag}`;
}
