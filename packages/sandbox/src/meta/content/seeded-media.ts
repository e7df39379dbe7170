/** Seeded media of an Instagram account: computed from the account's serial and the media's index, never stored. */
import type { Instagram } from '../people/rows.js';
import { makeOwnedId, readOwnedId } from '../people/ids.js';
import { hash, pick } from '../../core/chance.js';
import { seededTime, sentence } from './seeded-posts.js';

export type MediaType = 'IMAGE' | 'VIDEO' | 'CAROUSEL_ALBUM';
export type MediaProduct = 'FEED' | 'REELS' | 'STORY';

export interface Media {
  readonly id: string;
  readonly instagramId: string;
  readonly type: MediaType;
  /** What decides which metrics exist: a reel's `type` says VIDEO. */
  readonly product: MediaProduct;
  readonly caption: string | undefined;
  readonly altText: string | undefined;
  readonly children: readonly string[];
  /** The carousel this is a part of; parts are in no list and have no insights. */
  readonly parentId: string | undefined;
  readonly sharedToFeed: boolean;
  readonly mediaUrl: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly key: string;
}

const CDN = 'https://scontent.cdninstagram.example';

/** Index 1 is the oldest. */
export function seededMedia(account: Instagram, index: number): Media {
  const key = `media/${account.serial}/${index}`;
  const [type, product] = pick(`${key}/kind`, [
    ['IMAGE', 'FEED'],
    ['IMAGE', 'FEED'],
    ['CAROUSEL_ALBUM', 'FEED'],
    ['VIDEO', 'REELS'],
    ['VIDEO', 'REELS'],
  ] as const);
  return {
    id: makeOwnedId('media', account.serial, index),
    instagramId: account.id,
    type,
    product,
    caption: sentence(key, account.name),
    altText: undefined,
    children: type === 'CAROUSEL_ALBUM' ? childIds(account, index) : [],
    parentId: undefined,
    sharedToFeed: product === 'REELS',
    mediaUrl: `${CDN}/${account.username}/${index}.${type === 'VIDEO' ? 'mp4' : 'jpg'}`,
    createdAt: seededTime(key, index, account.media, account.createdAt),
    key,
  };
}

/** Parts of computed carousels are numbered above every media: room for three of each of the first half million. */
const FIRST_CHILD = 5_000_000;
const CHILDREN = 3;

const childIds = (account: Instagram, index: number): string[] =>
  index * 10 >= FIRST_CHILD
    ? []
    : Array.from({ length: CHILDREN }, (_, i) => makeOwnedId('media', account.serial, FIRST_CHILD + index * 10 + i));

/** The media of an index: one of the account's, or a part of one of its carousels. */
export function mediaByIndex(account: Instagram, index: number): Media | undefined {
  if (index >= 1 && index <= Math.min(account.media, FIRST_CHILD - 1)) return seededMedia(account, index);
  const parentIndex = Math.floor((index - FIRST_CHILD) / 10);
  if (parentIndex < 1 || parentIndex > account.media || index % 10 >= CHILDREN) return undefined;
  const parent = seededMedia(account, parentIndex);
  if (parent.children.length === 0) return undefined;
  return {
    ...parent,
    id: makeOwnedId('media', account.serial, index),
    type: 'IMAGE',
    caption: undefined,
    children: [],
    parentId: parent.id,
  };
}

/** Owner and index hidden in a computed media id. */
export const readMediaId = (id: string): { owner: number; index: number } | undefined => readOwnedId('media', id);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Eleven characters as in an Instagram address, the same for an id in every run. */
export function shortcode(mediaId: string): string {
  let code = 'C';
  for (let i = 0; i < 10; i += 1) code += ALPHABET.charAt(hash(`${mediaId}/${i}`) % 64);
  return code;
}
