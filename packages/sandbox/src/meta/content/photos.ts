/** Photos that clients uploaded to Pages: published alone, or waiting for the post that takes them. */
import type { Directory } from '../people/directory.js';
import { makeId } from '../people/ids.js';

const SCHEMA = `
create table if not exists meta_photos (
  serial integer primary key, id text unique not null, page_id text not null, alt_text text, published integer not null,
  created_at integer not null, post_id text);
`;

export interface Photo {
  readonly id: string;
  readonly pageId: string;
  readonly altText: string | undefined;
  readonly createdAt: number;
  readonly postId: string | undefined;
}

/** Photos of computed posts number from below; created ones start far above. */
const FIRST_SERIAL = 50_000_000_000;

/** Unpublished photos are deleted after about a day. */
const UNPUBLISHED_LIFE_MS = 24 * 3_600_000;

export class Photos {
  constructor(private readonly directory: Directory) {
    directory.world.store.db.exec(SCHEMA);
  }

  create(pageId: string, altText: string | undefined, published: boolean, now: number): Photo {
    const serial = Number(
      this.directory.one('select coalesce(max(serial), ?) + 1 as next from meta_photos', FIRST_SERIAL)?.['next'],
    );
    const id = makeId('photo', serial);
    this.directory.run(
      'insert into meta_photos values (?, ?, ?, ?, ?, ?, null)',
      serial,
      id,
      pageId,
      altText ?? null,
      published ? 1 : 0,
      now,
    );
    return { id, pageId, altText, createdAt: now, postId: undefined };
  }

  /** A photo of this id, unless it was never published and a day has passed. */
  find(id: string, now: number): Photo | undefined {
    const row = this.directory.one('select * from meta_photos where id = ?', id);
    if (row === undefined) return undefined;
    const waiting = row['published'] === 0 && row['post_id'] === null;
    if (waiting && now - Number(row['created_at']) >= UNPUBLISHED_LIFE_MS) return undefined;
    return {
      id,
      pageId: String(row['page_id']),
      altText: row['alt_text'] === null ? undefined : String(row['alt_text']),
      createdAt: Number(row['created_at']),
      postId: row['post_id'] === null ? undefined : String(row['post_id']),
    };
  }

  attach(id: string, postId: string): void {
    this.directory.run('update meta_photos set post_id = ? where id = ?', postId, id);
  }
}
