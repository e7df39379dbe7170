/** Instagram's containers: what is to be published, and the state the clock gives it. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Directory } from '../people/directory.js';
import { makeId } from '../people/ids.js';

const SCHEMA = `
create table if not exists meta_containers (
  serial integer primary key, id text unique not null, instagram_id text not null, kind text not null, caption text, alt_text text,
  media_url text not null, children text not null, carousel_item integer not null, shared integer not null, size integer not null default 0,
  received integer not null default 0, uploaded_at integer, processing_ms integer not null, failure integer, media_id text, created_at integer not null);
create index if not exists meta_containers_account on meta_containers (instagram_id, created_at);
`;

export type ContainerKind = 'IMAGE' | 'VIDEO' | 'REELS' | 'CAROUSEL' | 'STORIES_IMAGE' | 'STORIES_VIDEO';
export type ContainerStatus = 'IN_PROGRESS' | 'FINISHED' | 'ERROR' | 'EXPIRED' | 'PUBLISHED';

export interface Container {
  readonly id: string;
  readonly instagramId: string;
  readonly kind: ContainerKind;
  readonly caption: string | undefined;
  readonly altText: string | undefined;
  readonly mediaUrl: string;
  readonly children: readonly string[];
  readonly carouselItem: boolean;
  readonly sharedToFeed: boolean;
  /** Bytes received so far by a resumable upload. */
  readonly received: number;
  readonly uploadedAt: number | undefined;
  readonly processingMs: number;
  /** The subcode it ends with once processed. */
  readonly failure: number | undefined;
  readonly mediaId: string | undefined;
  readonly createdAt: number;
}

export type NewContainer = Omit<Container, 'id' | 'mediaId' | 'received'>;

const LIFE_MS = 24 * 3_600_000;

/** PUBLISHED stays; everything else expires a day after creation. */
export function statusOf(container: Container, now: number): ContainerStatus {
  if (container.mediaId !== undefined) return 'PUBLISHED';
  if (now >= container.createdAt + LIFE_MS) return 'EXPIRED';
  if (container.uploadedAt === undefined || now < container.uploadedAt + container.processingMs) return 'IN_PROGRESS';
  return container.failure === undefined ? 'FINISHED' : 'ERROR';
}

export class Containers {
  constructor(private readonly directory: Directory) {
    directory.world.store.db.exec(SCHEMA);
  }

  find(id: string): Container | undefined {
    const row = this.directory.one('select * from meta_containers where id = ?', id);
    return row && toContainer(row);
  }

  create(container: NewContainer): Container {
    const { directory } = this;
    const serial = Number(directory.one('select coalesce(max(serial), 0) + 1 as next from meta_containers')?.['next']);
    const id = makeId('container', serial);
    directory.run(
      'insert into meta_containers values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, null, ?)',
      serial,
      id,
      container.instagramId,
      container.kind,
      container.caption ?? null,
      container.altText ?? null,
      container.mediaUrl,
      JSON.stringify(container.children),
      container.carouselItem ? 1 : 0,
      container.sharedToFeed ? 1 : 0,
      container.uploadedAt ?? null,
      container.processingMs,
      container.failure ?? null,
      container.createdAt,
    );
    return { ...container, id, mediaId: undefined, received: 0 };
  }

  receive(id: string, received: number, now: number, complete: boolean): void {
    this.directory.run(
      'update meta_containers set received = ?, uploaded_at = ? where id = ?',
      received,
      complete ? now : null,
      id,
    );
  }

  /** Only the first publication of a container writes; the caller makes the media only if this says true. */
  publish(id: string, mediaId: string): boolean {
    return (
      Number(
        this.directory.run('update meta_containers set media_id = ? where id = ? and media_id is null', mediaId, id),
      ) === 1
    );
  }

  fail(id: string, subcode: number): void {
    this.directory.run('update meta_containers set failure = ? where id = ?', subcode, id);
  }

  createdSince(instagramId: string, since: number): number {
    const row = this.directory.one(
      'select count(*) as n from meta_containers where instagram_id = ? and created_at > ?',
      instagramId,
      since,
    );
    return Number(row?.['n']);
  }
}

function toContainer(row: Record<string, SQLOutputValue>): Container {
  const optional = (name: string): string | undefined => (row[name] === null ? undefined : String(row[name]));
  const number = (name: string): number | undefined => (row[name] === null ? undefined : Number(row[name]));
  return {
    id: String(row['id']),
    instagramId: String(row['instagram_id']),
    kind: String(row['kind']) as ContainerKind,
    caption: optional('caption'),
    altText: optional('alt_text'),
    mediaUrl: String(row['media_url']),
    children: JSON.parse(String(row['children'])) as string[],
    carouselItem: row['carousel_item'] === 1,
    sharedToFeed: row['shared'] === 1,
    received: Number(row['received']),
    uploadedAt: number('uploaded_at'),
    processingMs: Number(row['processing_ms']),
    failure: number('failure'),
    mediaId: optional('media_id'),
    createdAt: Number(row['created_at']),
  };
}
