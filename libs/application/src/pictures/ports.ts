/** What the verbs around pictures ask of the world: the store, the way to a provider's pictures, and links to ours. */
import { DomainError } from '@domain/errors.js';
import type { PictureId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';

/** A picture as we show it: square WebP without metadata, at most 64 kB. */
export interface ShownPicture {
  readonly webp: Uint8Array;
  readonly width: number;
}

/** One to be fetched: where the provider says it is, and who that is. */
export interface WantedPicture {
  readonly id: PictureId;
  readonly provider: ProviderName;
  readonly sourceUrl: string;
}

export abstract class Pictures {
  /**
   * There is one for each served profile and each connection that has a picture at its provider, due as its address
   * changes, and gone with it. Takes those that are new, changed or a day old, at most `limit`; any number of processes
   * may ask at once, none gets what another has. Suspended organisations wait.
   */
  abstract takeDue(limit: number): Promise<readonly PictureId[]>;
  /** null: gone, or not wanted any more. */
  abstract wanted(id: PictureId): Promise<WantedPicture | null>;
  /** Only while the provider still names the same address. */
  abstract store(wanted: WantedPicture, picture: ShownPicture): Promise<void>;
  /** The old one stays; the next try comes later, and ever later. */
  abstract failed(wanted: WantedPicture, problem: string): Promise<void>;
}

export abstract class PictureSource {
  /** Fetched from the provider's own hosts alone, within ten seconds, and made ours. Throws `PictureUnfit` alone. */
  abstract get(provider: ProviderName, url: string): Promise<ShownPicture>;
}

/** Why there is no picture: a short code, without an address. */
export class PictureUnfit extends Error {
  constructor(readonly problem: string) {
    super(`The picture cannot be shown: ${problem}.`);
  }
}

export interface PictureVersion {
  readonly id: PictureId;
  readonly version: number;
}

export abstract class PictureLinks {
  /** Absolute; good for a day at least and two at most, and the same all day, so that browsers can keep what it leads to. */
  abstract to(picture: PictureVersion): string;
  /** null: forged, damaged or expired. */
  abstract read(token: string): PictureVersion | null;
}

export class PictureNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such picture, or the link to it has expired. Read its address again.');
  }
}
