/** Reads a picture by its signed link, which is the proof, so no organisation is needed. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql } from 'kysely';
import { GetPicture, type PictureBytes } from '@application/pictures/get-picture.js';
import { PictureLinks, PictureNotFound } from '@application/pictures/ports.js';
import type { PictureId } from '@domain/ids.js';
import { Database } from '../database.js';

/** Columns of a row that shows a picture; null where there is none. */
export interface PictureColumns {
  picture_id: PictureId | null;
  picture_version: number | null;
}

/** Our own link, or null: the provider's address is never shown. */
export function pictureUrl({ picture_id, picture_version }: PictureColumns, links: PictureLinks): string | null {
  if (picture_id === null || picture_version === null) return null;
  return links.to({ id: picture_id, version: picture_version });
}

@QueryHandler(GetPicture)
export class GetPictureHandler implements IQueryHandler<GetPicture> {
  constructor(
    private readonly database: Database,
    private readonly links: PictureLinks,
  ) {}

  async execute({ token }: GetPicture): Promise<PictureBytes> {
    const link = this.links.read(token);
    if (link === null) throw new PictureNotFound();
    // Another version has other bytes: the bytes under an address must not change, since browsers cache them.
    const [row] = await this.database.read(sql<{ webp: Buffer }>`
      select webp from app.picture where id = ${link.id} and version = ${link.version} and webp is not null`);
    if (row === undefined) throw new PictureNotFound();
    return { webp: row.webp, etag: `"${link.id}-${link.version}"` };
  }
}
