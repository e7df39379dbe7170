/** Uploaded media: segments while they arrive, then size, digest and processing state (docs/providers/x.md §4.6). The bytes themselves are dropped once complete. */
import { createHash } from 'node:crypto';
import type { World } from '../../core/world.js';
import { writtenId } from '../people/ids.js';

export interface MediaItem {
  id: string;
  key: string;
  owner: string;
  /** Further people who may post it. */
  others: string[];
  type: 'photo' | 'video' | 'animated_gif' | 'other';
  mime: string;
  category: string;
  totalBytes: number;
  createdAt: number;
  finishedAt?: number;
  sha256?: string;
  alt?: string;
  used: boolean;
  mode: string;
}

export interface ProcessingInfo {
  state: 'pending' | 'in_progress' | 'succeeded' | 'failed';
  check_after_secs?: number;
  progress_percent?: number;
  error?: { code: number; name: string; message: string };
}

export const mediaLife = 86_400_000;

const prefixes = { photo: '3', video: '13', animated_gif: '16', other: '7' } as const;

export function typeOf(mime: string, category: string): MediaItem['type'] {
  if (category.endsWith('gif') || mime === 'image/gif') return 'animated_gif';
  if (category.endsWith('video') || mime.startsWith('video/')) return 'video';
  return mime.startsWith('image/') ? 'photo' : 'other';
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS x_media (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, created_at INTEGER NOT NULL, finished_at INTEGER, media TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS x_media_segments (media TEXT NOT NULL, segment INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (media, segment)) STRICT;
`;

export class MediaStore {
  constructor(private readonly world: World) {
    world.store.db.exec(SCHEMA);
  }

  open(owner: string, others: string[], mime: string, category: string, totalBytes: number): MediaItem {
    const now = this.world.clock.now(owner);
    const id = writtenId(now);
    const type = typeOf(mime, category);
    const mode = this.world.switches.get('x.media_processing', owner);
    const item: MediaItem = {
      id,
      key: `${prefixes[type]}_${id}`,
      owner,
      others,
      type,
      mime,
      category,
      totalBytes,
      createdAt: now,
      used: false,
      mode,
    };
    this.world.store
      .sql('INSERT INTO x_media (id, owner, created_at, media) VALUES (?, ?, ?, ?)')
      .run(id, owner, now, JSON.stringify(item));
    return item;
  }

  find(id: string): MediaItem | undefined {
    const row = this.world.store.sql('SELECT media FROM x_media WHERE id = ?').get(id);
    return row ? (JSON.parse(String(row['media'])) as MediaItem) : undefined;
  }

  append(item: MediaItem, segment: number, bytes: Uint8Array): void {
    this.world.store
      .sql('INSERT OR REPLACE INTO x_media_segments (media, segment, bytes) VALUES (?, ?, ?)')
      .run(item.id, segment, bytes);
  }

  /** Joins the segments; undefined when they do not add up to what was announced. */
  finish(item: MediaItem): MediaItem | undefined {
    const rows = this.world.store
      .sql('SELECT segment, bytes FROM x_media_segments WHERE media = ? ORDER BY segment')
      .all(item.id);
    const hash = createHash('sha256');
    let size = 0;
    for (const row of rows) {
      const bytes = row['bytes'] as Uint8Array;
      hash.update(bytes);
      size += bytes.length;
    }
    const gap = rows.some((row, at) => Number(row['segment']) !== at);
    if (gap || size !== item.totalBytes || size === 0) return undefined;
    this.world.store.sql('DELETE FROM x_media_segments WHERE media = ?').run(item.id);
    return this.save({ ...item, finishedAt: this.world.clock.now(item.owner), sha256: hash.digest('hex') });
  }

  save(item: MediaItem): MediaItem {
    this.world.store.sql('UPDATE x_media SET media = ? WHERE id = ?').run(JSON.stringify(item), item.id);
    return item;
  }

  markUsed(ids: readonly string[]): void {
    for (const id of ids) {
      const item = this.find(id);
      if (item) this.save({ ...item, used: true });
    }
  }

  isExpired(item: MediaItem): boolean {
    return this.world.clock.now(item.owner) >= item.createdAt + mediaLife;
  }

  /** How far processing is. Images are ready at once and have none. */
  processing(item: MediaItem): ProcessingInfo | undefined {
    if (item.finishedAt === undefined || item.type === 'photo' || item.type === 'other' || item.mode === 'instant')
      return undefined;
    const age = this.world.clock.now(item.owner) - item.finishedAt;
    const step = item.mode === 'slow' ? 15_000 : 1000;
    if (age < step) return { state: 'pending', check_after_secs: step / 1000 };
    if (item.mode === 'stuck') return { state: 'in_progress', check_after_secs: 1, progress_percent: 50 };
    if (age < 2 * step)
      return {
        state: 'in_progress',
        check_after_secs: step / 1000,
        progress_percent: Math.floor((age / (2 * step)) * 100),
      };
    if (item.mode === 'failed') {
      return {
        state: 'failed',
        progress_percent: 100,
        error: { code: 1, name: 'InvalidMedia', message: 'Unsupported video format' },
      };
    }
    return { state: 'succeeded', progress_percent: 100 };
  }

  /** The item, when this person may put it into a post now. */
  usable(id: string, person: string): (MediaItem & { type: 'photo' | 'video' | 'animated_gif' }) | undefined {
    const item = this.find(id);
    if (!item || (item.owner !== person && !item.others.includes(person))) return undefined;
    if (item.finishedAt === undefined || this.isExpired(item) || item.type === 'other') return undefined;
    const state = this.processing(item)?.state ?? 'succeeded';
    return state === 'succeeded' ? { ...item, type: item.type } : undefined;
  }
}
