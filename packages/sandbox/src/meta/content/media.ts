/** The media of Instagram accounts: seeded ones, then those that clients published (SQLite rows). */
import type { SQLOutputValue } from 'node:sqlite';
import type { Listing } from './listing.js';
import type { Directory } from '../people/directory.js';
import type { Instagram } from '../people/rows.js';
import { makeId } from '../people/ids.js';
import {
  mediaByIndex,
  readMediaId,
  seededMedia,
  type Media,
  type MediaProduct,
  type MediaType,
} from './seeded-media.js';
import { seededRankAt } from './seeded-posts.js';

const SCHEMA = `
create table if not exists meta_media (
  serial integer primary key, id text unique not null, instagram_id text not null, container_id text not null, type text not null,
  product text not null, caption text, alt_text text, children text not null, shared integer not null, media_url text not null,
  parent_id text, created_at integer not null);
create index if not exists meta_media_account on meta_media (instagram_id, serial);
`;

export type NewMedia = Omit<Media, 'id' | 'key'> & { readonly containerId: string };

export class MediaStore {
  constructor(private readonly directory: Directory) {
    directory.world.store.db.exec(SCHEMA);
  }

  find(id: string): Media | undefined {
    if (this.directory.mark(id, 'deleted') !== undefined) return undefined;
    const place = readMediaId(id);
    if (place === undefined) {
      const row = this.directory.one('select * from meta_media where id = ?', id);
      return row && toMedia(row);
    }
    const account = this.directory.instagram(makeId('instagram', place.owner));
    return account && mediaByIndex(account, place.index);
  }

  /** Newest first; stories are on a list of their own, for 24 hours. */
  list(account: Instagram, list: 'media' | 'stories', now: number): Listing<Media> {
    const rows = this.directory.all(
      `select * from meta_media where instagram_id = ? and parent_id is null and product ${list === 'stories' ? '=' : '<>'} 'STORY' order by serial`,
      account.id,
    );
    const seeded = list === 'stories' ? 0 : account.media;
    // Graph shows the newest ten thousand and no more.
    const length = seeded + rows.length;
    const oldest = Math.max(0, length - 10_000);
    return {
      length,
      newestFirst: true,
      time: (media) => media.createdAt,
      skip: (rank, until) => (rank >= seeded ? rank : Math.min(rank, seededRankAt(until, seeded, account.createdAt))),
      at: (rank) => {
        if (rank < oldest) return undefined;
        const row = rank < seeded ? undefined : rows[rank - seeded];
        const media = row === undefined ? seededMedia(account, rank + 1) : toMedia(row);
        if (list === 'stories' && now - media.createdAt >= 24 * 3_600_000) return undefined;
        return this.directory.mark(media.id, 'deleted') === undefined ? media : undefined;
      },
    };
  }

  create(media: NewMedia): Media {
    const { directory } = this;
    const serial = Number(directory.one('select coalesce(max(serial), 0) + 1 as next from meta_media')?.['next']);
    const id = makeId('createdMedia', serial);
    directory.run(
      'insert into meta_media values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      serial,
      id,
      media.instagramId,
      media.containerId,
      media.type,
      media.product,
      media.caption ?? null,
      media.altText ?? null,
      JSON.stringify(media.children),
      media.sharedToFeed ? 1 : 0,
      media.mediaUrl,
      media.parentId ?? null,
      media.createdAt,
    );
    return { ...media, id, key: id };
  }

  /** Names the parts of a carousel once they are media of their own. */
  setChildren(id: string, children: readonly string[]): void {
    this.directory.run('update meta_media set children = ? where id = ?', JSON.stringify(children), id);
  }

  /** Media that clients and hands added to the computed ones. */
  added(instagramId: string): number {
    const row = this.directory.one(
      'select count(*) as n from meta_media where instagram_id = ? and parent_id is null',
      instagramId,
    );
    return Number(row?.['n']);
  }

  /** Publications by apps of the last 24 hours: what the quota counts. A carousel is one. */
  publishedSince(instagramId: string, since: number): number {
    const row = this.directory.one(
      `select count(*) as n from meta_media
        where instagram_id = ? and parent_id is null and container_id <> '' and created_at > ?`,
      instagramId,
      since,
    );
    return Number(row?.['n']);
  }
}

function toMedia(row: Record<string, SQLOutputValue>): Media {
  return {
    id: String(row['id']),
    instagramId: String(row['instagram_id']),
    type: String(row['type']) as MediaType,
    product: String(row['product']) as MediaProduct,
    caption: row['caption'] === null ? undefined : String(row['caption']),
    altText: row['alt_text'] === null ? undefined : String(row['alt_text']),
    children: JSON.parse(String(row['children'])) as string[],
    parentId: row['parent_id'] === null ? undefined : String(row['parent_id']),
    sharedToFeed: row['shared'] === 1,
    mediaUrl: String(row['media_url']),
    createdAt: Number(row['created_at']),
    key: String(row['id']),
  };
}
