/** The port of readiness: whether the database can be used now. */

export abstract class Readiness {
  /** Returns within a few seconds, and never throws. */
  abstract check(): Promise<boolean>;
}
