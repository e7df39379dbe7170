/** The posts of Pages: seeded ones, then those that clients made (SQLite rows). */
import type { SQLOutputValue } from 'node:sqlite';
import type { Listing } from './listing.js';
import type { Directory } from '../people/directory.js';
import type { Page } from '../people/rows.js';
import { makeId, readId } from '../people/ids.js';
import {
  seededPost,
  seededPostByNumber,
  seededRankAt,
  seededReel,
  type PagePost,
  type PostKind,
} from './seeded-posts.js';

const SCHEMA = `
create table if not exists meta_posts (
  serial integer primary key, id text unique not null, page_id text not null, kind text not null, message text, link text,
  photos text not null, video_id text, created_at integer not null, updated_at integer not null, published integer not null,
  scheduled_at integer, app_id text not null);
create index if not exists meta_posts_page on meta_posts (page_id, kind, serial);
`;

export interface NewPost {
  readonly pageId: string;
  readonly kind: PostKind;
  readonly message?: string | undefined;
  readonly link?: string | undefined;
  readonly photos?: readonly string[];
  readonly videoId?: string | undefined;
  readonly createdAt: number;
  readonly published: boolean;
  readonly scheduledAt?: number | undefined;
  readonly appId: string;
}

export type PostList = 'published' | 'scheduled' | 'feed' | 'reels';

export class Posts {
  constructor(private readonly directory: Directory) {
    directory.world.store.db.exec(SCHEMA);
  }

  /** The post behind a `{page}_{number}` id, seeded or made by a client; undefined where it was deleted. */
  find(id: string, now: number): PagePost | undefined {
    const [pageId = '', number] = id.split('_', 2);
    if (number === undefined || this.directory.mark(id, 'deleted') !== undefined) return undefined;
    const row = this.directory.one('select * from meta_posts where id = ?', id);
    if (row !== undefined) return toPost(row, now);
    const page = this.directory.page(pageId);
    return page && seededPostByNumber(page, number);
  }

  /** A Page's posts by age. Reels are on a list of their own: the feed does not carry them. */
  list(page: Page, list: PostList, now: number): Listing<PagePost> {
    const reels = list === 'reels';
    const rows = this.directory.all(
      `select * from meta_posts where page_id = ? and kind ${reels ? '=' : '<>'} 'reel' order by serial`,
      page.id,
    );
    const seeded = list === 'scheduled' ? 0 : reels ? page.reels : page.posts;
    return {
      length: seeded + rows.length,
      newestFirst: true,
      time: (post) => post.createdAt,
      skip: (rank, until) => (rank >= seeded ? rank : Math.min(rank, seededRankAt(until, seeded, page.createdAt))),
      at: (rank) => {
        const row = rank < seeded ? undefined : rows[rank - seeded];
        const post =
          row !== undefined ? toPost(row, now) : reels ? seededReel(page, rank + 1) : seededPost(page, rank + 1);
        if (this.directory.mark(post.id, 'deleted') !== undefined) return undefined;
        if (list === 'scheduled') return post.published || post.scheduledAt === undefined ? undefined : post;
        // A video's post is written when its upload ends and seen when it is processed.
        if (post.published && post.createdAt > now) return undefined;
        return post.published || list === 'feed' ? post : undefined;
      },
    };
  }

  create(post: NewPost): PagePost {
    const { directory } = this;
    const serial = Number(directory.one('select coalesce(max(serial), 0) + 1 as next from meta_posts')?.['next']);
    const number = post.kind === 'reel' && post.videoId ? post.videoId : makeId('createdPostNumber', serial);
    const id = `${post.pageId}_${number}`;
    directory.run(
      'insert into meta_posts values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      serial,
      id,
      post.pageId,
      post.kind,
      post.message ?? null,
      post.link ?? null,
      JSON.stringify(post.photos ?? []),
      post.videoId ?? null,
      post.createdAt,
      post.createdAt,
      post.published ? 1 : 0,
      post.scheduledAt ?? null,
      post.appId,
    );
    const row = directory.one('select * from meta_posts where id = ?', id);
    if (row === undefined) throw new Error(`post ${id} was not written`);
    return toPost(row, post.createdAt);
  }

  /** Changes text or publication of a post that a client made. */
  edit(id: string, change: { message?: string; publish?: boolean }, now: number): void {
    this.directory.run(
      `update meta_posts set message = coalesce(?, message), published = max(published, ?),
         created_at = case when ? and not published then ? else created_at end, updated_at = ? where id = ?`,
      change.message ?? null,
      change.publish ? 1 : 0,
      change.publish ? 1 : 0,
      now,
      now,
      id,
    );
  }

  remove(id: string): void {
    this.directory.setMark(id, 'deleted', '1');
  }

  /** How many reels apps published on the Page since a moment; for the daily limit. */
  reelsSince(pageId: string, since: number): number {
    const row = this.directory.one(
      "select count(*) as n from meta_posts where page_id = ? and kind = 'reel' and created_at > ?",
      pageId,
      since,
    );
    return Number(row?.['n']);
  }
}

/** A scheduled post is published by the clock alone: nothing runs when its time comes. */
function toPost(row: Record<string, SQLOutputValue>, now: number): PagePost {
  const scheduledAt = row['scheduled_at'] === null ? undefined : Number(row['scheduled_at']);
  const due = scheduledAt !== undefined && scheduledAt <= now;
  const optional = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  return {
    id: String(row['id']),
    pageId: String(row['page_id']),
    kind: String(row['kind']) as PostKind,
    message: optional('message'),
    link: optional('link'),
    photos: JSON.parse(String(row['photos'])) as string[],
    videoId: optional('video_id'),
    createdAt: due && scheduledAt !== undefined ? scheduledAt : Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
    published: row['published'] === 1 || due,
    scheduledAt,
    key: String(row['id']),
    appId: String(row['app_id']),
  };
}

export const isCreatedPost = (id: string): boolean => readId('createdPostNumber', id.split('_')[1] ?? '') !== undefined;
