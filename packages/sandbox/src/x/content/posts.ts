/** Every post of the X platform, seeded or written: finding, listing, adding, deleting. */
import type { World } from '../../core/world.js';
import { findXPerson, type XPerson } from '../people/people.js';
import type { Post } from './post.js';
import { firstIndexBelow, seededAt, seededById, seededCount, seededIdAt } from './seeded-posts.js';
import { idPattern, padId } from '../people/ids.js';

/** A timeline shows the newest 3,200 posts and no more; without replies, 800 (docs/providers/x.md §3.2). */
export const deepest = { all: 3200, withoutReplies: 800 };

interface Mark {
  deleted: number;
  metrics: string;
  factor: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS x_posts (
    id TEXT PRIMARY KEY, author TEXT NOT NULL, created_at INTEGER NOT NULL, written_at INTEGER NOT NULL, fold TEXT NOT NULL, post TEXT NOT NULL,
    gone TEXT) STRICT;
  CREATE INDEX IF NOT EXISTS x_posts_author ON x_posts (author, id) WHERE gone IS NULL;
  CREATE INDEX IF NOT EXISTS x_posts_fold ON x_posts (author, fold, written_at);
  CREATE TABLE IF NOT EXISTS x_marks (id TEXT PRIMARY KEY, deleted INTEGER NOT NULL DEFAULT 0, metrics TEXT NOT NULL DEFAULT '{}', factor REAL NOT NULL DEFAULT 1) STRICT;
`;

export class Posts {
  private markCount: number | undefined;

  constructor(private readonly world: World) {
    world.store.db.exec(SCHEMA);
    world.store.onRestore(() => {
      this.markCount = undefined;
    });
  }

  /** The post of that id; undefined when there is none, or it is gone. */
  find(id: string): Post | undefined {
    if (!idPattern.test(id)) return undefined;
    const seeded = seededById(this.world, id);
    if (seeded) return this.marked(seeded);
    const row = this.world.store.sql('SELECT post FROM x_posts WHERE id = ? AND gone IS NULL').get(padId(id));
    if (!row) return undefined;
    const post = JSON.parse(String(row['post'])) as Post;
    return this.marked(post);
  }

  add(post: Post, fold: string): void {
    this.world.store
      .sql('INSERT INTO x_posts (id, author, created_at, written_at, fold, post) VALUES (?, ?, ?, ?, ?, ?)')
      .run(padId(post.id), post.author, post.createdAt, post.createdAt, fold, JSON.stringify(post));
  }

  /** Whether this person has written the same before, deleted posts included: X refuses it even then (§4.2). */
  wroteSince(author: string, fold: string, since: number): boolean {
    return (
      this.world.store
        .sql('SELECT 1 FROM x_posts WHERE author = ? AND fold = ? AND written_at >= ?')
        .get(author, fold, since) !== undefined
    );
  }

  /** A later version takes the place of the earlier ones in listings; they stay readable by id. */
  addVersion(post: Post, fold: string): void {
    this.add(post, fold);
    for (const version of post.versions) {
      this.world.store
        .sql("UPDATE x_posts SET post = json_set(post, '$.versions', json(?)) WHERE id = ?")
        .run(JSON.stringify(post.versions), padId(version));
    }
  }

  /** Deletes a post with all its versions. */
  remove(post: Post): void {
    if (post.index !== undefined) {
      this.world.store
        .sql('INSERT INTO x_marks (id, deleted) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET deleted = 1')
        .run(post.id);
      this.markCount = undefined;
      return;
    }
    for (const version of post.versions)
      this.world.store.sql("UPDATE x_posts SET gone = 'deleted' WHERE id = ?").run(padId(version));
  }

  /** Control: fixes counts, or multiplies them all (below 1 they fall), each time from their current value. */
  mark(id: string, change: { metrics?: Record<string, number>; factor?: number }): void {
    const known = this.markOf(id);
    const metrics = { ...(JSON.parse(known?.metrics ?? '{}') as Record<string, number>), ...change.metrics };
    this.world.store
      .sql('INSERT OR REPLACE INTO x_marks (id, deleted, metrics, factor) VALUES (?, ?, ?, ?)')
      .run(id, known?.deleted ?? 0, JSON.stringify(metrics), (known?.factor ?? 1) * (change.factor ?? 1));
    this.markCount = undefined;
  }

  /** A person's posts below `id` (exclusive), newest first, no further back than the newest `most`. */
  *older(person: XPerson, below: string, indexedBy: number, most = deepest.all): Generator<Post> {
    const { all, room, floor } = this.depth(person, most);
    for (const post of this.written(person.id, below, indexedBy, 'DESC')) if (post.id >= floor) yield post;
    for (let index = firstIndexBelow(person, below); index < Math.min(room, all); index++) {
      const post = this.marked(seededAt(this.world, person, index));
      if (post) yield post;
    }
  }

  /** A person's posts above `id` (exclusive), oldest first, from the newest `most` only. */
  *newer(person: XPerson, above: string, indexedBy: number, most = deepest.all): Generator<Post> {
    const { all, room, floor } = this.depth(person, most);
    let index = Math.min(firstIndexBelow(person, above), all) - 1;
    // The position found is that of the newest one below; the one before may be the bound itself.
    while (index >= 0 && BigInt(seededIdAt(person, index)) <= BigInt(above)) index -= 1;
    for (; index >= 0; index--) {
      const post = index < room ? this.marked(seededAt(this.world, person, index)) : undefined;
      if (post) yield post;
    }
    for (const post of this.written(person.id, above, indexedBy, 'ASC')) if (post.id >= floor) yield post;
  }

  /** How many posts the profile shows. */
  count(person: XPerson): number {
    const written = this.world.store
      .sql(
        "SELECT count(*) AS n FROM x_posts WHERE author = ? AND gone IS NULL AND json_extract(post, '$.versions[#-1]') = json_extract(post, '$.id')",
      )
      .get(person.id);
    return seededCount(person) + Number(written?.['n'] ?? 0) - this.deletedOf(person);
  }

  private deletedOf(person: XPerson): number {
    const rows = this.world.store.sql('SELECT id FROM x_marks WHERE deleted = 1').all();
    return rows.filter((row) => seededById(this.world, String(row['id']))?.author === person.id).length;
  }

  /** How many seeded posts are still within reach behind the written ones, and the lowest written id that is. */
  private depth(person: XPerson, most: number): { all: number; room: number; floor: string } {
    const row = this.world.store
      .sql('SELECT count(*) AS n FROM x_posts WHERE author = ? AND gone IS NULL')
      .get(person.id);
    const written = Number(row?.['n'] ?? 0);
    if (written <= most) return { all: seededCount(person), room: most - written, floor: '' };
    const last = this.world.store
      .sql('SELECT id FROM x_posts WHERE author = ? AND gone IS NULL ORDER BY id DESC LIMIT 1 OFFSET ?')
      .get(person.id, most - 1);
    return { all: seededCount(person), room: 0, floor: String(last?.['id']) };
  }

  private *written(author: string, bound: string, indexedBy: number, order: 'ASC' | 'DESC'): Generator<Post> {
    let from = padId(bound);
    for (;;) {
      // In pieces: a statement must not stay open while the caller runs others.
      const rows = this.world.store
        .sql(
          `SELECT id, post FROM x_posts WHERE author = ? AND id ${order === 'ASC' ? '>' : '<'} ? AND gone IS NULL AND written_at <= ? ORDER BY id ${order} LIMIT 101`,
        )
        .all(author, from, indexedBy);
      for (const row of rows) {
        const post = this.marked(JSON.parse(String(row['post'])) as Post);
        if (post && post.versions.at(-1) === post.id) yield post;
      }
      if (rows.length < 101) return;
      from = String(rows.at(-1)?.['id']);
    }
  }

  private marked(post: Post): Post | undefined {
    if (this.markCount === undefined)
      this.markCount = Number(this.world.store.sql('SELECT count(*) AS n FROM x_marks').get()?.['n'] ?? 0);
    if (this.markCount === 0) return post;
    const mark = this.markOf(post.id);
    if (!mark) return post;
    if (mark.deleted === 1) return undefined;
    return { ...post, factor: mark.factor, fixed: JSON.parse(mark.metrics) as Record<string, number> };
  }

  private markOf(id: string): Mark | undefined {
    return this.world.store.sql('SELECT * FROM x_marks WHERE id = ?').get(id) as unknown as Mark | undefined;
  }
}

/** Whose posts this session may see: everybody's, except those of a protected account that is not the caller's own. */
export function mayRead(world: World, author: string, reader: string | undefined): boolean {
  const person = findXPerson(world, author);
  return person !== undefined && (!person.profile.protected || person.id === reader);
}
