/** Videos of Pages: uploads in progress, and their state by the clock. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Directory } from '../people/directory.js';
import { makeId, readOwnedId } from '../people/ids.js';
import { seededReel, type PagePost } from './seeded-posts.js';

const SCHEMA = `
create table if not exists meta_videos (
  serial integer primary key, id text unique not null, page_id text not null, kind text not null, description text, title text,
  size integer not null default 0, received integer not null default 0, uploaded_at integer, processing_ms integer not null,
  finished_at integer, post_id text, created_at integer not null);
`;

export interface Video {
  readonly id: string;
  readonly pageId: string;
  readonly kind: 'video' | 'reel';
  readonly description: string | undefined;
  readonly title: string | undefined;
  /** Bytes announced and received, for chunked uploads. */
  readonly size: number;
  readonly received: number;
  readonly uploadedAt: number | undefined;
  readonly processingMs: number;
  /** When the client asked for publication. */
  readonly finishedAt: number | undefined;
  readonly postId: string | undefined;
  readonly createdAt: number;
}

export class Videos {
  constructor(private readonly directory: Directory) {
    directory.world.store.db.exec(SCHEMA);
  }

  find(id: string): Video | undefined {
    if (this.directory.mark(id, 'deleted') !== undefined) return undefined;
    const place = readOwnedId('video', id);
    if (place === undefined) {
      const row = this.directory.one('select * from meta_videos where id = ?', id);
      return row && toVideo(row);
    }
    const page = this.directory.pageBySerial(place.owner);
    if (page === undefined || place.index < 1 || place.index > page.reels) return undefined;
    return videoOfReel(seededReel(page, place.index));
  }

  create(pageId: string, kind: Video['kind'], size: number, processingMs: number, now: number): Video {
    const { directory } = this;
    const serial = Number(directory.one('select coalesce(max(serial), 0) + 1 as next from meta_videos')?.['next']);
    const id = makeId('createdVideo', serial);
    directory.run(
      'insert into meta_videos (serial, id, page_id, kind, size, processing_ms, created_at) values (?, ?, ?, ?, ?, ?, ?)',
      serial,
      id,
      pageId,
      kind,
      size,
      processingMs,
      now,
    );
    const video = this.find(id);
    if (video === undefined) throw new Error(`video ${id} was not written`);
    return video;
  }

  receive(id: string, received: number, now: number, complete: boolean): void {
    this.directory.run(
      'update meta_videos set received = ?, uploaded_at = ? where id = ?',
      received,
      complete ? now : null,
      id,
    );
  }

  finish(
    id: string,
    words: { description?: string | undefined; title?: string | undefined },
    postId: string | undefined,
    now: number,
  ): void {
    this.directory.run(
      'update meta_videos set description = ?, title = ?, post_id = ?, finished_at = ? where id = ?',
      words.description ?? null,
      words.title ?? null,
      postId ?? null,
      now,
      id,
    );
  }
}

export function videoOfReel(post: PagePost): Video {
  return {
    id: post.videoId ?? post.id,
    pageId: post.pageId,
    kind: 'reel',
    description: post.message,
    title: undefined,
    size: 0,
    received: 0,
    uploadedAt: post.createdAt,
    processingMs: 0,
    finishedAt: post.createdAt,
    postId: post.id,
    createdAt: post.createdAt,
  };
}

/** When the video can be seen: uploaded, and processed by the clock. */
export const readyAt = (video: Video): number | undefined =>
  video.uploadedAt === undefined ? undefined : video.uploadedAt + video.processingMs;

function toVideo(row: Record<string, SQLOutputValue>): Video {
  const optional = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  const moment = (name: string): number | undefined => (row[name] === null ? undefined : Number(row[name]));
  return {
    id: String(row['id']),
    pageId: String(row['page_id']),
    kind: String(row['kind']) as Video['kind'],
    description: optional('description'),
    title: optional('title'),
    size: Number(row['size']),
    received: Number(row['received']),
    uploadedAt: moment('uploaded_at'),
    processingMs: Number(row['processing_ms']),
    finishedAt: moment('finished_at'),
    postId: optional('post_id'),
    createdAt: Number(row['created_at']),
  };
}
