/** The unit of work, and the clock and randomness that verbs take their values from. */

export abstract class Work {
  /**
   * Everything inside is one transaction; nothing inside touches the network; outside it nothing is written. A run
   * inside a run joins it: there are no savepoints, and an error anywhere undoes everything.
   */
  abstract run<T>(verb: () => Promise<T>): Promise<T>;
  /** For how long, in this process's own time, the database has not failed it. */
  abstract calmMs(): number;
}

export abstract class Clock {
  abstract now(): Date;
}

export abstract class Randomness {
  /** UUIDv7: sorts by birth. */
  abstract id<Id extends string>(): Id;
  /** 256 bits as 43 characters of base64url. */
  abstract secret(): string;
}

/** SHA-256: the only form in which we keep what a stranger may later present. */
export abstract class Digest {
  abstract of(secret: string): Uint8Array;
  /** The same as base64url: PKCE's S256 challenge (RFC 7636 §4.2), for one. */
  abstract text(secret: string): string;
}
