/** What the verbs around pictures ask of the world: the store, the way to a provider's pictures, and links to ours. */
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

/** Of one that fails the old picture stays. */
export const PICTURE_POLICY: WorkPolicy = {
  leaseSeconds: LEASE_SECONDS,
  // Thousands become due together: the queue is not asked for each, and this is longer than it takes with them.
  sentSeconds: 600,
  backoff: { firstSeconds: 600, mostSeconds: 86_400 },
  giveUpAfter: null,
};

/** One to be fetched: where the provider says it is, and who that is. */
export interface ClaimedPicture extends Claimed {
  readonly id: PictureId;
  readonly provider: ProviderName;
  readonly sourceUrl: string;
}

/**
 * There is one for each served profile and each connection that has a picture at its provider, due as its address changes
 * and a day after the last time, and gone with it. Those of an organisation whose jobs do not run wait.
 */
export abstract class Pictures {
  /** Those that need a job, at most `limit`; any number of processes may ask at once, none gets what another has. */
  abstract requeueStalled(limit: number): Promise<readonly PictureId[]>;
  /** null: gone, held by another worker, or not due. */
  abstract claim(id: PictureId): Promise<ClaimedPicture | null>;
  /** Only while the provider still names the same address. */
  abstract complete(claimed: ClaimedPicture, picture: ShownPicture): Promise<void>;
  /** Only while the provider still names the same address. */
  abstract retry(claimed: ClaimedPicture, seconds: number, problem: string): Promise<void>;
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
