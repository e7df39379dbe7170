/** The port of readiness: whether the database can be used now. */

/** @see PostgresReadiness */
export abstract class Readiness {
  /** Returns within a few seconds, and never throws. */
  abstract check(): Promise<boolean>;
}
