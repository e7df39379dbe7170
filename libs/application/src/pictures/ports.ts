/** Ports of pictures: the store, the client that fetches them from providers, and signed links. */
import { DomainError } from '@domain/errors.js';
import type { PictureId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import type { Claimed, WorkPolicy } from '../ports/durable-work.js';
import { LEASE_SECONDS } from '../ports/heartbeat.js';

/** A picture as we show it: square WebP without metadata, at most 64 kB. */
export interface ShownPicture {
  readonly webp: Uint8Array;
  readonly width: number;
}

/** Where fetching fails the old picture stays. */
export const PICTURE_POLICY: WorkPolicy = {
  leaseSeconds: LEASE_SECONDS,
  // Thousands become due together, so the queue is not searched for each; this is longer than the queue takes for all
  // of them.
  sentSeconds: 600,
  backoff: { firstSeconds: 600, mostSeconds: 86_400 },
  giveUpAfter: null,
};

/** A picture to be fetched: its provider and its address there. */
export interface ClaimedPicture extends Claimed {
  readonly id: PictureId;
  readonly provider: ProviderName;
  readonly sourceUrl: string;
}

/**
 * There is one for each served profile and each connection that has a picture at its provider, due when its address
 * changes and a day after the last time, and deleted with its owner. Those of an organisation whose jobs do not run
 * wait.
 * @see PostgresPictures
 */
export abstract class Pictures {
  /** Marks as sent, and returns, those that need a job, at most `limit`; several processes get different ones. */
  abstract requeueStalled(limit: number): Promise<readonly PictureId[]>;
  /** null: deleted, claimed by another worker, or not due. */
  abstract claim(id: PictureId): Promise<ClaimedPicture | null>;
  /** Only while the provider still names the same address. */
  abstract complete(claimed: ClaimedPicture, picture: ShownPicture): Promise<void>;
  /** Only while the provider still names the same address. */
  abstract retry(claimed: ClaimedPicture, seconds: number, problem: string): Promise<void>;
}

/** @see ProviderPictures */
export abstract class PictureSource {
  /**
   * Fetches a picture, from the provider's own hosts alone and within ten seconds, and converts it.
   * @throws PictureUnfit, and nothing else
   */
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

/** @see HmacPictureLinks */
export abstract class PictureLinks {
  /** Absolute; valid for a day at least and two at most, and the same all day, so that browsers can cache the picture. */
  abstract to(picture: PictureVersion): string;
  /** null: forged, damaged or expired. */
  abstract read(token: string): PictureVersion | null;
}

export class PictureNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such picture, or the link to it has expired. Read its address again.');
  }
}
