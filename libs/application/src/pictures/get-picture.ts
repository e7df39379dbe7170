/** The bytes of a picture, for whoever holds a link to it. */
import { Query } from '@nestjs/cqrs';

export interface PictureBytes {
  readonly webp: Uint8Array;
  /** Names exactly these bytes. */
  readonly etag: string;
}

/** Throws `PictureNotFound`. */
export class GetPicture extends Query<PictureBytes> {
  constructor(readonly token: string) {
    super();
  }
}
