/** The adapters of clock, randomness and hashing. */
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { Clock, Digest, Randomness } from '@application/ports/work.js';

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}

export class SystemRandomness extends Randomness {
  override id<Id extends string>(): Id {
    return randomUUIDv7() as string as Id;
  }

  override secret(): string {
    return randomBytes(32).toString('base64url');
  }
}

export class Sha256 extends Digest {
  override of(secret: string): Uint8Array {
    return createHash('sha256').update(secret).digest();
  }

  override text(secret: string): string {
    return createHash('sha256').update(secret).digest('base64url');
  }
}
