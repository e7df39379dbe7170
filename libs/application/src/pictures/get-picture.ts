/** Reads the bytes of a picture by its signed link. */
import { Query } from '@nestjs/cqrs';

export interface PictureBytes {
  readonly webp: Uint8Array;
  /** Names exactly these bytes. */
  readonly etag: string;
}

/** @throws PictureNotFound */
export class GetPicture extends Query<PictureBytes> {
  constructor(readonly token: string) {
    super();
  }
}
