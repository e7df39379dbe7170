/** The unit of work, and the ports of clock, randomness and hashing. */

/** @see PostgresWork */
export abstract class Work {
  /**
   * Everything inside is one transaction; nothing inside may use the network; outside it nothing may be written. A run
   * inside a run joins it: there are no savepoints, and an error anywhere undoes everything.
   */
  abstract run<T>(verb: () => Promise<T>): Promise<T>;
  /** Milliseconds, by this process's own clock, since the database last failed it. */
  abstract calmMs(): number;
}

/** @see SystemClock */
export abstract class Clock {
  abstract now(): Date;
}

/** @see SystemRandomness */
export abstract class Randomness {
  /** UUIDv7: sorts by creation. */
  abstract id<Id extends string>(): Id;
  /** 256 bits as 43 characters of base64url. */
  abstract secret(): string;
}

/**
 * SHA-256: the only form in which secrets are stored that a caller presents later.
 * @see Sha256
 */
export abstract class Digest {
  abstract of(secret: string): Uint8Array;
  /** The same as base64url: PKCE's S256 challenge (RFC 7636 §4.2), for one. */
  abstract text(secret: string): string;
}
